// Several fingers on the canvas: what they mean together. One finger alone is a pointer (ui.h).
#pragma once
#include <vector>

namespace kvx::ui {

class Gestures {
  public:
    void down(int id, float x, float y);
    void move(int id, float x, float y);
    void up(int id, double time);  // also when the browser took the finger away
    void cancel();
    void begin_frame(double time);    // a finger's time is that of the first frame that sees it
    void end_frame() { swipe_ = 0; }  // what was recognised is offered for one frame

    bool pinching() const { return fingers_.size() == 2; }
    float scale() const;  // distance of the two fingers now over that at their start; 1 when they do not pinch
    float centre_x() const;
    float centre_y() const;
    int pinches() const { return pinches_; }  // begun so far: tells one from the next
    // -1 to the left, 1 to the right, 0 none: one finger, quick, level. Where it began: start_x, start_y.
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
    Finger first_;  // of the touch that ended last
    float start_distance_ = 1;
    int pinches_ = 0, swipe_ = 0;
    bool alone_ = true;  // no second finger since the first one came
};

}  // namespace kvx::ui
