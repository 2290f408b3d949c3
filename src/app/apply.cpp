#include "app/action.h"
#include "app/codec.h"
#include "app/import/import.h"
#include "app/learn/lab.h"
#include "app/notices.h"
#include "app/params/params.h"
#include "app/playback.h"
#include "app/text.h"
#include "core/deferred.h"

namespace kvx::app {
namespace {

struct Applier {
    State& s;
    std::vector<Refusal>& refusals;

    void refuse(const Param* p, std::string_view key, std::string reason) const {
        if (!reason.empty()) refusals.push_back({p, std::string(key), std::move(reason)});
    }
    void operator()(const SetParam& a) const {
        const Param* p = find_param(a.id);
        refuse(p, a.id, p ? p->set(s, a.value) : unknown_name(a.id));
    }
    void operator()(const Assign& a) const { refusals = assign(s, a.assignments); }
    void operator()(const ResetParam& a) const {
        const Param* p = find_param(a.id);
        refuse(p, a.id, p ? p->set(s, p->initial(s)) : unknown_name(a.id));
    }
    void operator()(const Play& a) const { play(s, a.on); }
    void operator()(const Restart&) const { seek(s, 0); }
    void operator()(const Seek& a) const { seek(s, a.to); }
    void operator()(const Reset&) const { reset(s); }
    void operator()(const Undo&) const { undo(s); }
    void operator()(const Tick& a) const { tick(s, a.seconds); }
    void operator()(const Import& a) const { refuse(nullptr, "", core::deferred(import_any)(s, a.text)); }
    void operator()(const ImportFiles& a) const { refuse(nullptr, "", a.files->finish(s)); }
    void operator()(const ImportModel& a) const { refuse(nullptr, "", core::deferred(import_model)(s, a.json)); }
    void operator()(const ForgetModel& a) const { forget_model(s, a.id); }
    void operator()(const SetQuery& a) const { from_query(s, a.query); }
    void operator()(const AskLab& a) const { core::deferred(ask_lab)(s, a.what); }
    void operator()(const ProvideModel& a) const { core::deferred(provide_model)(s, a.weights, a.report); }
    void operator()(const LabReply& a) const { core::deferred(take_reply)(s, a.json, a.weights); }
    void operator()(const DismissNotice&) const {
        if (!s.notices.empty()) s.notices.erase(s.notices.begin());
    }
    void operator()(const ReportResult& a) const {
        ++s.results;
        s.last_result = a.what;
    }
    void operator()(const SetTheme& a) const { s.theme = a.theme; }
};

}  // namespace

std::vector<Refusal> try_apply(State& s, const Action& a) {
    const bool by_itself = std::holds_alternative<Tick>(a) || std::holds_alternative<LabReply>(a) ||
                           std::holds_alternative<ProvideModel>(a) || std::holds_alternative<DismissNotice>(a) ||
                           std::holds_alternative<ReportResult>(a);
    if (!by_itself && !std::holds_alternative<Undo>(a)) s.undo.clear();  // changes after a reset end its undo
    std::vector<Refusal> refusals;
    std::visit(Applier{s, refusals}, a);
    return refusals;
}

void apply(State& s, const Action& a) {
    const auto* const set = std::get_if<SetParam>(&a);
    if (std::holds_alternative<DismissNotice>(a) || (set != nullptr && set->id == s.refused_param))
        s.refused_param.clear();
    for (Refusal& r : try_apply(s, a)) {
        if (r.param != nullptr) s.refused_param = r.param->id;
        notice(s, r.param ? refused(s, r) : std::move(r.reason));
    }
}

}  // namespace kvx::app
