// Dear ImGui without its widgets and tables, which nothing here uses: the app draws on ImDrawList with controls of its
// own. What imgui.cpp 1.92.2 still names is empty; another version is built whole (cmake/third_party.cmake).
#include "imgui.h"
#include "imgui_internal.h"

void ImGuiMenuColumns::Update(float, bool) {}
ImGuiInputTextState::ImGuiInputTextState() {
    memset(static_cast<void*>(this), 0, sizeof(*this));
}
ImGuiInputTextState::~ImGuiInputTextState() {}

namespace ImGui {
void EndColumns() {}
void TableEndRow(ImGuiTable*) {}
void TableGcCompactSettings() {}
void TableGcCompactTransientBuffers(ImGuiTable*) {}
void TableGcCompactTransientBuffers(ImGuiTableTempData*) {}
void TableSettingsAddSettingsHandler() {}
void EndTable() {}
void EndMenuBar() {}
void EndTabBar() {}
ImGuiMultiSelectIO* EndMultiSelect() {
    return nullptr;
}
void TreePop() {}
bool Selectable(const char*, bool, ImGuiSelectableFlags, const ImVec2&) {
    return false;
}
bool CloseButton(ImGuiID, const ImVec2&) {
    return false;
}
bool CollapseButton(ImGuiID, const ImVec2&) {
    return false;
}
bool Button(const char*, const ImVec2&) {
    return false;
}
bool ButtonBehavior(const ImRect&, ImGuiID, bool*, bool*, ImGuiButtonFlags) {
    return false;
}
void Scrollbar(ImGuiAxis) {}
void SeparatorText(const char*) {}
void TextV(const char*, va_list) {}
void InputTextDeactivateHook(ImGuiID) {}
bool InputText(const char*, char*, size_t, ImGuiInputTextFlags, ImGuiInputTextCallback, void*) {
    return false;
}
bool SliderInt(const char*, int*, int, int, const char*, ImGuiSliderFlags) {
    return false;
}
}  // namespace ImGui
