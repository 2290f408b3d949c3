// Dear ImGui's compile-time settings, the same for the library and for everything that includes it.
#pragma once
#define IMGUI_DISABLE_OBSOLETE_FUNCTIONS
#define IMGUI_DISABLE_DEMO_WINDOWS
#define IMGUI_DISABLE_DEBUG_TOOLS
#define IMGUI_DISABLE_FILE_FUNCTIONS
// WebGL2 cannot offset vertices: 16-bit indices overflow at about 16,000 rectangles
#define ImDrawIdx unsigned int
