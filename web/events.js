// The numbers in which events and flags cross to C++ (src/ui/events.h holds the same ones).

export const POINTER = {move: 0, down: 1, up: 2, cancel: 3, leave: 4};
export const POINTER_KIND = {mouse: 0, touch: 1, pen: 2};
export const MODIFIER = {shift: 1, ctrl: 2, alt: 4, meta: 8};
export const ACT = {press: 0, set: 1, focus: 2, blur: 3, increment: 4, decrement: 5};
export const FLAG = {coarse: 1, reducedMotion: 2, light: 4, forcedColors: 8, hidden: 16, software: 32, moreContrast: 128, lessTransparency: 256, textOnly: 512};
