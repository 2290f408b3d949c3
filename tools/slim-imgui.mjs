// Cuts what needs a window out of a frame of Dear ImGui 1.92.2, and its settings file: the app draws on ImDrawList and opens
// none. The linker then drops windows, navigation, popups, the drawn cursor, the settings and sscanf. usage: node tools/slim-imgui.mjs imgui.cpp out.cpp
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';

const [from, to] = process.argv.slice(2);
const CUT = [
  '    SetNextWindowSize(ImVec2(400, 400), ImGuiCond_FirstUseEver);\n    Begin("Debug##Default");\n    IM_ASSERT(g.CurrentWindow->IsFallbackWindow == true);\n',
  '    ErrorRecoveryStoreState(&g.StackSizesInNewFrame);\n',
  '    if (g.IO.ConfigErrorRecovery)\n        ErrorRecoveryTryToRecoverState(&g.StackSizesInNewFrame);\n',
  '    ErrorCheckEndFrameFinalizeErrorTooltip();\n',
  '    if (g.CurrentWindow && !g.CurrentWindow->WriteAccessed)\n        g.CurrentWindow->Active = false;\n    End();\n',
  '    NavUpdate();\n',
  '    NavEndFrame();\n',
  '    UpdateMouseWheel();\n',
  '    UpdateMouseMovingWindowNewFrame();\n',
  '    UpdateMouseMovingWindowEndFrame();\n',
  '        SetTooltip("...");\n',
  ['TypeName = "Window"', 'TypeHash = ImHashStr("Window")', ...['ClearAll', 'ReadOpen', 'ReadLine', 'ApplyAll', 'WriteAll'].map((name) => `${name}Fn = WindowSettingsHandler_${name}`)]
    .map((line) => `        ini_handler.${line};\n`).join('') + '        AddSettingsHandler(&ini_handler);\n',
  '    TableSettingsAddSettingsHandler();\n',
  '    UpdateSettings();\n',
  '        RenderMouseCursor(g.IO.MousePos, g.Style.MouseCursorScale, g.MouseCursor, IM_COL32_WHITE, IM_COL32_BLACK, IM_COL32(0, 0, 0, 48));\n',
];
let text = readFileSync(from, 'utf8').replaceAll('\r\n', '\n');
for (const lines of CUT) {
  const at = text.indexOf(`\n${lines}`);
  if (at < 0 || text.indexOf(`\n${lines}`, at + 1) >= 0) throw new Error(`${from} does not hold these lines once:\n${lines}`);
  text = text.replace(`\n${lines}`, () => `\n    {}${'\n'.repeat(lines.split('\n').length - 1)}`);
}
mkdirSync(dirname(to), {recursive: true});
writeFileSync(to, text);
