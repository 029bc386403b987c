package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// assignment gives a role on a target to a user or to a group.
type assignment struct {
	Key       string
	Actor     actor
	Target    target
	RoleID    string
	Inherited bool // holds for the projects below the target, and not for the target itself
}

// actor is who has a role.
type actor struct {
	Kind actorKind
	ID   string
}

// target is what a role is for; the system has no id.
type target struct {
	Kind targetKind
	ID   string
}

type (
	actorKind  string
	targetKind string
)

// Actors and targets, spelled as in the keys of assignments.
const (
	user  actorKind = "user"
	group actorKind = "group"

	onProject targetKind = "project"
	onDomain  targetKind = "domain"
	onSystem  targetKind = "system"
)

func newAssignment(who actor, what target, role string, inherited bool) assignment {
	a := assignment{Actor: who, Target: what, RoleID: role, Inherited: inherited}
	a.Key = grantsPrefix(who, what) + role
	if inherited {
		a.Key += "/inherited"
	}
	return a
}

// grantsPrefix begins the keys of all that an actor has on a target.
func grantsPrefix(who actor, what target) string {
	return keyOf(string(who.Kind), who.ID, string(what.Kind), what.ID, "")
}

// actorsOf are a user and the groups that the user is in.
func (t *tables) actorsOf(r state.Reader, userID string) []actor {
	actors := append(make([]actor, 0, 4), actor{user, userID})
	for m := range t.members.WithPrefix(r, keyOf(userID, "")) {
		actors = append(actors, actor{group, m.GroupID})
	}
	return actors
}

// granted lists the roles that actors have been given on a target, inherited or not, each once.
func (t *tables) granted(r state.Reader, roles []string, actors []actor, on target, inherited bool) []string {
	for _, who := range actors {
		for a := range t.assignments.WithPrefix(r, grantsPrefix(who, on)) {
			if a.Inherited == inherited {
				roles = appendNew(roles, a.RoleID)
			}
		}
	}
	return roles
}

// rolesOn lists what a user may act as on a target: given directly, through groups, inherited from what is above,
// implied by other roles.
func (t *tables) rolesOn(r state.Reader, userID string, on target) []string {
	actors := t.actorsOf(r, userID)
	roles := t.granted(r, make([]string, 0, 8), actors, on, false)
	if on.Kind == onProject {
		if project, ok := t.projects.Get(r, on.ID); ok {
			for _, above := range t.parents(r, project) {
				roles = t.granted(r, roles, actors, targetOf(above), true)
			}
		}
	}
	return t.withImplied(r, roles)
}

// targetOf is a project, or a domain, as what a role can be for.
func targetOf(p Project) target {
	if p.IsDomain {
		return target{onDomain, p.ID}
	}
	return target{onProject, p.ID}
}
