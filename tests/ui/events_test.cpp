// The enums of ui/events.h and the constants of web/events.js are one list, written twice.
#include "ui/events.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

namespace kvx::ui {
namespace {

template <class E>
using Names = std::vector<std::pair<const char*, E>>;

template <class E>
std::string constant(const char* name, const Names<E>& names) {
    std::string out = "export const " + std::string(name) + " = {";
    for (const auto& [key, value] : names)
        out += (out.back() == '{' ? "" : ", ") + std::string(key) + ": " + std::to_string(static_cast<int>(value));
    return out + "};\n";
}

TEST(Events, MatchTheConstantsOfThePage) {
    std::stringstream page;
    page << std::ifstream(KVX_TESTS_DIR "/../web/events.js").rdbuf();
    const std::string script = page.str();
    for (const std::string& line :
         {constant<PointerPhase>("POINTER", {{"move", PointerPhase::move},
                                             {"down", PointerPhase::down},
                                             {"up", PointerPhase::up},
                                             {"cancel", PointerPhase::cancel},
                                             {"leave", PointerPhase::leave}}),
          constant<PointerKind>(
              "POINTER_KIND",
              {{"mouse", PointerKind::mouse}, {"touch", PointerKind::touch}, {"pen", PointerKind::pen}}),
          constant<Modifier>(
              "MODIFIER",
              {{"shift", Modifier::shift}, {"ctrl", Modifier::ctrl}, {"alt", Modifier::alt}, {"meta", Modifier::meta}}),
          constant<ActKind>("ACT", {{"press", ActKind::press},
                                    {"set", ActKind::set},
                                    {"focus", ActKind::focus},
                                    {"blur", ActKind::blur},
                                    {"increment", ActKind::increment},
                                    {"decrement", ActKind::decrement}}),
          constant<ViewportFlag>("FLAG", {{"coarse", ViewportFlag::coarse},
                                          {"reducedMotion", ViewportFlag::reduced_motion},
                                          {"light", ViewportFlag::light},
                                          {"forcedColors", ViewportFlag::forced_colors},
                                          {"hidden", ViewportFlag::hidden},
                                          {"software", ViewportFlag::software},
                                          {"moreContrast", ViewportFlag::more_contrast},
                                          {"lessTransparency", ViewportFlag::less_transparency},
                                          {"textOnly", ViewportFlag::text_only}})})
        EXPECT_NE(script.find(line), std::string::npos) << line;
}

}  // namespace
}  // namespace kvx::ui
