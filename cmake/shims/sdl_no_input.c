/* SDL gives the window and the GL context; input, cursors and software framebuffers are the page's own business
   (web/input.js). Without SDL's part of them the module is about 15 kB smaller, and none of its listeners ever exists. */
struct SDL_VideoDevice;
struct SDL_Window;

void Emscripten_RegisterEventHandlers(void* data) { (void)data; }
void Emscripten_UnregisterEventHandlers(void* data) { (void)data; }
int Emscripten_HandleCanvasResize(int type, const void* reserved, void* data) {
    (void)type, (void)reserved, (void)data;
    return 0;
}
void Emscripten_InitMouse(void) {}
void Emscripten_FiniMouse(void) {}
int Emscripten_CreateWindowFramebuffer(struct SDL_VideoDevice* device, struct SDL_Window* window, unsigned* format,
                                       void** pixels, int* pitch) {
    (void)device, (void)window, (void)format, (void)pixels, (void)pitch;
    return -1;
}
int Emscripten_UpdateWindowFramebuffer(struct SDL_VideoDevice* device, struct SDL_Window* window, const void* rects,
                                       int count) {
    (void)device, (void)window, (void)rects, (void)count;
    return -1;
}
void Emscripten_DestroyWindowFramebuffer(struct SDL_VideoDevice* device, struct SDL_Window* window) {
    (void)device, (void)window;
}

/* gestures are web/input.js and src/ui/gestures.cpp */
union SDL_Event;
void SDL_GestureQuit(void) {}
int SDL_GestureAddTouch(long long id) {
    (void)id;
    return 0;
}
int SDL_GestureDelTouch(long long id) {
    (void)id;
    return 0;
}
void SDL_GestureProcessEvent(union SDL_Event* event) { (void)event; }

/* nor keys and touches: no tables of key names */
int SDL_KeyboardInit(void) { return 0; }
void SDL_KeyboardQuit(void) {}
void SDL_ResetKeyboard(void) {}
void SDL_SetKeyboardFocus(struct SDL_Window* window) { (void)window; }
struct SDL_Window* SDL_GetKeyboardFocus(void) { return 0; }
int SDL_TouchInit(void) { return 0; }
void SDL_TouchQuit(void) {}
int SDL_AddTouch(long long id, int type, const char* name) {
    (void)id, (void)type, (void)name;
    return 0;
}
int SDL_SendTouch(long long id, long long finger, struct SDL_Window* window, int down, float x, float y, float p) {
    (void)id, (void)finger, (void)window, (void)down, (void)x, (void)y, (void)p;
    return 0;
}
int SDL_SendTouchMotion(long long id, long long finger, struct SDL_Window* window, float x, float y, float p) {
    (void)id, (void)finger, (void)window, (void)x, (void)y, (void)p;
    return 0;
}
