#!/usr/bin/env python3
"""Makes the three small fonts the page ships: only the glyphs it can show, no hinting, no layout features.

Dear ImGui places glyphs by their advance alone, and text of the page beside it shall have the same widths: no kerning.

usage: build-fonts.py OUT_DIR
"""
import os
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

ROOTS = ["/usr/share/fonts", "/usr/local/share/fonts", os.path.expanduser("~/.local/share/fonts")]
FONTS = [
    ("inter-400", ["Inter-Regular.otf", "Inter-Regular.ttf"]),
    ("inter-600", ["Inter-SemiBold.otf", "Inter-SemiBold.ttf"]),
    ("mono-500", ["JetBrainsMono-Medium.ttf"]),
]
TEXT = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "\u00a0\u202f\u2009"  # spaces: no-break, narrow no-break, thin
    + "–—‘’“”…·×÷−±≈≥≤→←°µ•¶²³"
)
LETTERS = "éèêëàâäáåæçíîïñóôöøœúûüßÉÈÀÄÅÇÑÖÓØÜÚ"  # of names
FORMULAS = "Σ√∞⁰¹⁶⌈⌉⌊⌋¤αβΨ"
# What each face has beyond TEXT: names are not set in mono, formulas not in semibold.
BEYOND = {"inter-400": LETTERS + FORMULAS, "inter-600": LETTERS, "mono-500": FORMULAS}


def find(names):
    for root in ROOTS:
        for folder, _, files in os.walk(root):
            for name in names:
                if name in files:
                    return os.path.join(folder, name)
    sys.exit(f"{names[0]} was not found below {', '.join(ROOTS)}: install fonts-inter and fonts-jetbrains-mono.")


def build(source, target_stem):
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.desubroutinize = True
    options.name_IDs = [1, 2]
    options.name_languages = [0x409]
    options.notdef_outline = True
    options.glyph_names = False
    options.legacy_kern = False
    options.recalc_timestamp = False
    options.drop_tables += ["GSUB", "GPOS", "DSIG", "STAT", "MVAR", "HVAR", "avar", "fvar", "gvar", "meta", "GDEF", "BASE", "vhea", "vmtx"]
    font = TTFont(source, recalcTimestamp=False)
    have = font.getBestCmap()
    wanted = TEXT + BEYOND[os.path.basename(target_stem)]
    lacking = [c for c in wanted if ord(c) not in have]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(c) for c in wanted])
    subsetter.subset(font)
    target = target_stem + (".otf" if "CFF " in font else ".ttf")
    font.save(target)
    return target, lacking


def main():
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    for stem, names in FONTS:
        target, lacking = build(find(names), os.path.join(out, stem))
        text = f"  {os.path.basename(target)}: {os.path.getsize(target)} bytes"
        if lacking:
            text += ", lacks " + " ".join(c if c.isprintable() and not c.isspace() else f"U+{ord(c):04X}" for c in lacking)
        print(text)


main()
