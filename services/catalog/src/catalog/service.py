"""What the bus sees of catalog: calls, events and timers, each one use case."""

from functools import partial

from eventlet import tpool

from catalog import bootstrap
from catalog.use_cases import edit_profile, follow_experts, keep_index, read_profile, search_profiles
from chassis.app import App, answers, every, handles
from contracts.catalog.v1 import rpc
from contracts.contracting.v1.events import ReviewPublished
from contracts.identity.v1 import events as identity
from contracts.shapes import FileContent


class CatalogService:
    name = "catalog"
    app = App(partial(bootstrap.build, in_thread=tpool.execute))

    @answers(rpc.SaveProfile)
    def save_profile(self, call: rpc.SaveProfile) -> rpc.ProfileView:
        return self.app.run(edit_profile.save_profile, call)

    @answers(rpc.SetPhoto)
    def set_photo(self, call: rpc.SetPhoto) -> rpc.ProfileView:
        return self.app.run(edit_profile.set_photo, call)

    @answers(rpc.PublishProfile)
    def publish_profile(self, call: rpc.PublishProfile) -> rpc.ProfileView:
        return self.app.run(edit_profile.publish_profile, call)

    @answers(rpc.SetVisibility)
    def set_visibility(self, call: rpc.SetVisibility) -> rpc.ProfileView:
        return self.app.run(edit_profile.set_visibility, call)

    @answers(rpc.GetOwnProfile)
    def get_own_profile(self, call: rpc.GetOwnProfile) -> rpc.ProfileView:
        return self.app.run(read_profile.get_own_profile, call)

    @answers(rpc.GetPhoto)
    def get_photo(self, call: rpc.GetPhoto) -> FileContent:
        return self.app.run(read_profile.get_photo, call)

    @answers(rpc.OpenProfile)
    def open_profile(self, call: rpc.OpenProfile) -> rpc.ProfileView:
        return self.app.run(read_profile.open_profile, call)

    @answers(rpc.SearchProfiles)
    def search_profiles(self, call: rpc.SearchProfiles) -> rpc.SearchResults:
        return self.app.run(search_profiles.search_profiles, call)

    @answers(rpc.GetProfileStatistics)
    def get_profile_statistics(self, call: rpc.GetProfileStatistics) -> rpc.ProfileStatistics:
        return self.app.run(read_profile.get_profile_statistics, call)

    @handles(identity.AccountRegistered)
    def begin_profile(self, event: identity.AccountRegistered) -> None:
        self.app.run(follow_experts.begin_profile, event)

    @handles(identity.AccountUpdated)
    def rename(self, event: identity.AccountUpdated) -> None:
        self.app.run(follow_experts.rename, event)

    @handles(identity.LegalEntityConfirmed)
    def confirm_legal_entity(self, event: identity.LegalEntityConfirmed) -> None:
        self.app.run(follow_experts.confirm_legal_entity, event)

    @handles(identity.ExpertAdmitted)
    def admit(self, event: identity.ExpertAdmitted) -> None:
        self.app.run(follow_experts.admit, event)

    @handles(identity.ExpertRefused)
    def refuse(self, event: identity.ExpertRefused) -> None:
        self.app.run(follow_experts.refuse, event)

    @handles(identity.ExpertSuspended)
    def suspend(self, event: identity.ExpertSuspended) -> None:
        self.app.run(follow_experts.suspend, event)

    @handles(identity.ExpertReinstated)
    def reinstate(self, event: identity.ExpertReinstated) -> None:
        self.app.run(follow_experts.reinstate, event)

    @handles(identity.AccountErased)
    def erase(self, event: identity.AccountErased) -> None:
        self.app.run(follow_experts.erase, event)

    @handles(ReviewPublished)
    def rate(self, event: ReviewPublished) -> None:
        self.app.run(follow_experts.rate, event)

    @every(seconds=1)
    def keep_index(self) -> None:
        self.app.background(keep_index.keep_index_in_step)

    @every(seconds=3600)
    def forget_visitors(self) -> None:
        self.app.background(read_profile.forget_visitors)
