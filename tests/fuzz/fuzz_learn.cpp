// The learn page's files and messages: a model file, a report, a reply of the lab, a request to it, a prompt.
#include <string>

#include "app/action.h"
#include "app/learn/lab.h"
#include "app/view.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace kvx;
    if (size < 1) return 0;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    app::State s;
    s.in.page = app::Page::learn;
    switch (data[0] % 5) {
        case 0:
            app::apply(s, app::ProvideModel{text, "{}"});
            break;
        case 1: {
            app::LearnReport r;
            app::read_report(text, r);
            break;
        }
        case 2:
            app::apply(s, app::LabReply{text, {}});
            break;
        case 3: {
            static double seconds;
            app::Lab lab([] { return seconds += 0.01; });
            lab.request(text.substr(0, 24));  // measuring a long line really takes seconds
            break;
        }
        default: {
            const lm::Encoded e = lm::encode(text, 96);
            if (e.tokens.size() > 96) __builtin_trap();
            app::apply(s, app::SetParam{"text", text});
            app::apply(s, app::SetParam{"prompts", text});
        }
    }
    app::derive(s);
    return 0;
}
