// Gestures of several fingers on the canvas. A single finger is a pointer (ui.h).
#pragma once
#include <vector>

namespace kvx::ui {

class Gestures {
  public:
    void down(int id, float x, float y);
    void move(int id, float x, float y);
    void up(int id, double time);  // also when the browser cancelled the touch
    void cancel();
    void begin_frame(double time);    // a finger's start time is that of the first frame that sees it
    void end_frame() { swipe_ = 0; }  // a recognised gesture is reported for one frame

    bool pinching() const { return fingers_.size() == 2; }
    float scale() const;  // current distance of the two fingers divided by that at the start; 1 when not pinching
    float centre_x() const;
    float centre_y() const;
    int pinches() const { return pinches_; }  // counts gestures, to tell one from the next
    // -1 left, 1 right, 0 none: one finger, quick and level. It began at start_x, start_y.
    int swipe() const { return swipe_; }
    float start_x() const { return first_.from_x; }
    float start_y() const { return first_.from_y; }

  private:
    struct Finger {
        int id = -1;
        float x = 0, y = 0, from_x = 0, from_y = 0;
        double since = -1;
    };
    Finger* find(int id);
    std::vector<Finger> fingers_;
    Finger first_;  // of the last touch that ended
    float start_distance_ = 1;
    int pinches_ = 0, swipe_ = 0;
    bool alone_ = true;  // no second finger since the first one touched
};

}  // namespace kvx::ui
