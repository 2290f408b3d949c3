/* SDL gives the window and the GL context; input, cursors and software framebuffers are the page's own business
   (web/input.js). Without SDL's part of them the module is about 9 kB smaller, and none of its listeners ever exists. */
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
