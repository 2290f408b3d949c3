// One frame of the interface: input, text, shapes, semantic nodes, small animations. Passed by reference to everything
// that draws.
#pragma once
#include <imgui.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ui/events.h"
#include "ui/gestures.h"
#include "ui/rect.h"
#include "ui/semantics.h"
#include "ui/theme.h"

namespace kvx::ui {

struct Viewport {
    float w = 1280, h = 800, scale = 1;  // CSS px; device pixels per CSS px
    float safe_top = 0, safe_right = 0, safe_bottom = 0, safe_left = 0;
    bool coarse = false, reduced_motion = false, prefers_light = false, forced_colors = false, hidden = false,
         software = false, more_contrast = false, reduced_transparency = false, text_only = false;
    SystemColors system;  // with forced_colors
};

enum class Align : uint8_t { left, center, right };

struct Hit {
    bool hovered = false, held = false, pressed = false, clicked = false, long_pressed = false;
};

struct LintBox {
    Rect rect, clip;
    std::string what;
    int layer = 0;
    bool control = false, cut = false;
    bool covered = false;  // something opaque was drawn over a figure after its content
    Color ink = 0;         // of text
};

class Ui {
  public:
    // --- set by the platform -------------------------------------------------------------------------------------
    Viewport viewport;
    void add_font(Face face, const std::string& data);
    void pointer(const PointerEvent& e);
    void wheel(float x, float y, float dx, float dy);
    void key(std::string_view name) { keys_.emplace_back(name); }
    void act(Act a) { acts_.push_back(std::move(a)); }

    void begin(double seconds, const Theme& theme, bool record);
    void end();
    double next_frame() const { return next_; }  // seconds until a frame is wanted, 0 at once, -1 none

    // --- time and motion -----------------------------------------------------------------------------------------
    double time = 0;
    float dt = 0;
    void ask_frame() { next_ = 0; }
    void ask_after(double seconds);
    float animate(std::string_view id, float target,
                  float seconds);                   // follows the target; jumps to it with reduced motion
    void settle(std::string_view id, float value);  // sets without animation

    // --- drawing -------------------------------------------------------------------------------------------------
    const Theme* theme = nullptr;
    ImDrawList* draw = nullptr;
    float px(float v) const;  // rounded to whole device pixels
    void fill(const Rect& r, Color c, float radius = 0);
    void stroke(const Rect& r, Color c, float radius = 0, float width = 1);
    void gradient(const Rect& r, Color top, Color bottom, float radius);
    void line(float x0, float y0, float x1, float y1, Color c, float width = 1);
    void dashed(float x0, float y0, float x1, float y1, Color c, float dash, float gap, float width = 1);
    void stripes(const Rect& r, Color c, float pitch, float width);  // 45 degrees, clipped to r
    Color scrim() const;                                             // drawn over what a dialog covers
    void disc(float x, float y, float radius, Color c);
    void clip(const Rect& r);
    void unclip();

    float width(std::string_view s, const TextStyle& st) const;
    // Draws one line, vertically centred in r and shortened with … if it does not fit. Returns the drawn width.
    float text(const Rect& r, std::string_view s, const TextStyle& st, Color c, Align a = Align::left);
    // Wrapped lines from the top of r; returns the height. With `only_measure` nothing is drawn.
    float paragraph(const Rect& r, std::string_view s, const TextStyle& st, Color c, bool only_measure = false);

    // --- interaction ---------------------------------------------------------------------------------------------
    Hit hit(std::string_view id, const Rect& r);
    // Mouse only: a touch passes through to the stage and its gestures below.
    Hit mouse_hit(std::string_view id, const Rect& r) { return touch_ ? Hit{} : hit(id, r); }
    Gestures gestures;                                                  // of several fingers, and swipes
    bool dragged() const { return locked_ || !scroll_owner_.empty(); }  // this finger is already in use
    float pointer_x() const { return px_; }
    float pointer_y() const { return py_; }
    bool touch() const { return touch_; }
    // Outside r, if the layer of this depth was there when the press began: the press that opens it closes nothing.
    bool pressed_outside(const Rect& r, int depth) const {
        return pressed_ && !r.contains(px_, py_) && was_there(depth);
    }
    bool took_key(std::string_view name);
    float take_wheel(const Rect& r);                          // wheel pixels over r, taken once
    const Act* take(std::string_view id, ActKind kind);       // each event is taken once; valid until the next is taken
    const Act* take_last(std::string_view id, ActKind kind);  // the newest; older ones are outdated
    // A dialog is drawn in this frame: until it closes, keys belong to it.
    void dialog() { dialog_ = true; }
    bool dialog_open() const { return dialog_ || dialog_before_; }
    struct SidewaysDrag {
        float from = 0, offset = 0, moved = 0;
    };
    SidewaysDrag sideways;                // of the row of chips under the finger
    void lock_drag() { locked_ = true; }  // a drag that no scroll area may take over
    void cursor_hand() { hand_ = true; }
    bool wants_hand() const { return hand_; }

    // Content of `height` inside r; returns where the content starts. end_scroll draws the bar.
    Rect begin_scroll(std::string_view id, const Rect& r, float height);
    void end_scroll();
    void scroll_to(std::string_view id, float y);
    void reveal(const Rect& r);                                               // scrolls the open area to it, if any
    Rect visible(const Rect& r) const { return r.intersect(clips_.back()); }  // what scrolling leaves of it

    // What is drawn between these lies above everything drawn before and gets its pointer events.
    void begin_layer(const Rect& r, int depth = 0);  // 0: one above the current one
    void end_layer();
    int layer() const { return layer_; }

    // --- meaning -------------------------------------------------------------------------------------------------
    SemanticTree tree;
    bool recording = false;  // nodes are wanted this frame
    bool linting = false;
    bool picture = false;  // this frame is saved as a picture: no tabs, no buttons
    std::vector<LintBox> boxes;
    std::string parent;   // of nodes added now
    std::string invalid;  // the field whose last value was refused: its id, or the part before ".field"
    Rect stage;           // of the page: the caption of its picture
    void record(std::string_view id, std::string_view role, std::string_view name, const Rect& r,
                std::string_view value = {});  // a plain node
    // A table: the first row names the columns, the first cell of each names its row.
    void record_table(std::string_view id, std::string_view name, const Rect& r, TableRows rows);
    void node(Node n);  // fills in the parent, and `hidden` if scrolled out of view
    void control_box(const Rect& r, std::string_view what);  // for the lint
    // For the lint: a figure whose content is drawn so far; what covers it from here on is a fault.
    void figure_box(const Rect& r, std::string_view what);

  private:
    struct Scroll {
        float offset = 0, target = 0, velocity = 0, content = 0, shown = 0;
    };
    struct OpenScroll {
        std::string id;
        Rect rect;
    };
    struct Layer {
        int depth;
        Rect rect;
    };
    struct LintFigure {
        LintBox box;
        bool drawn = false;  // its content came before
    };
    bool blocked() const;
    void lint_fill(const Rect& r, Color c);
    void cover_prose();
    bool was_there(int depth) const;
    ImFont* font(Face f) const { return fonts_[static_cast<int>(f)]; }
    float factor(Face f) const { return factors_[static_cast<int>(f)]; }

    ImFont* fonts_[3] = {};
    float factors_[3] = {1.2f, 1.2f, 1.3f};
    float px_ = -1, py_ = -1, press_x_ = 0, press_y_ = 0, last_y_ = 0, wheel_x_ = 0, wheel_y_ = 0;
    bool down_ = false, pressed_ = false, released_ = false, touch_ = false, locked_ = false, hand_ = false,
         long_fired_ = false;
    bool cancel_ = false, leave_after_ = false;
    int pointer_id_ = -1;
    double press_time_ = 0;
    std::string active_, clicked_;  // held now; pressed last
    bool dialog_ = false, dialog_before_ = false;
    std::vector<LintFigure> lint_figures_;
    std::string scroll_owner_;
    std::vector<std::string> keys_;
    std::vector<Act> acts_;
    Act taken_;
    std::unordered_map<std::string, float> motion_;
    std::unordered_map<std::string, Scroll> scrolls_;
    std::vector<OpenScroll> open_scrolls_;
    std::vector<Rect> clips_;
    std::vector<Layer> layers_, last_layers_;
    std::vector<int> outer_layers_;
    int layer_ = 0;
    double next_ = -1;
};

}  // namespace kvx::ui
