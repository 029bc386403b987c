package keystone

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type roleAssignmentsOut struct {
	RoleAssignments []roleAssignmentView `json:"role_assignments"`
	Links           listLinks            `json:"links"`
}

// roleAssignmentView is an assignment as the API shows it.
type roleAssignmentView struct {
	Links assignmentLinks `json:"links"`
	Scope assignmentScope `json:"scope"`
	User  *namedRef       `json:"user,omitempty"`
	Group *namedRef       `json:"group,omitempty"`
	Role  namedRef        `json:"role"`
}

type assignmentLinks struct {
	Membership string `json:"membership,omitempty"`
	Assignment string `json:"assignment"`
	PriorRole  string `json:"prior_role,omitempty"`
}

type assignmentScope struct {
	Project   *namedRef       `json:"project,omitempty"`
	Domain    *namedRef       `json:"domain,omitempty"`
	System    map[string]bool `json:"system,omitempty"`
	Inherited string          `json:"OS-INHERIT:inherited_to,omitempty"`
}

// namedRef names something by its id and, with include_names, by its name and its domain's.
type namedRef struct {
	ID     string    `json:"id"`
	Name   string    `json:"name,omitempty"`
	Domain *namedRef `json:"domain,omitempty"`
}

// grant is an assignment as it takes effect: who has which role where, and where that comes from when it was not given
// just so.
type grant struct {
	who       actor
	on        target
	role      string
	inherited bool // given to what is below, and not yet spread

	viaGroup string
	above    target // it was given to all below this
	prior    string // role that implies this one
}

// roleAssignmentList serves GET /v3/role_assignments: what was given, or with effective what comes of it.
func (s *Service) roleAssignmentList(c *httpapi.Call) (roleAssignmentsOut, error) {
	if err := s.checkQuery(c, roleAssignmentListQuery); err != nil {
		return roleAssignmentsOut{}, err
	}
	view := s.db.View()
	subtree := flagged(c, "include_subtree")
	if err := s.enforceAssignments(c, view, subtree); err != nil {
		return roleAssignmentsOut{}, err
	}
	q, err := s.readAssignmentQuery(c, view, subtree)
	if err != nil {
		return roleAssignmentsOut{}, err
	}
	grants := s.given(view, &q)
	if q.effective {
		grants = s.effective(view, grants, q)
	}
	out := roleAssignmentsOut{RoleAssignments: []roleAssignmentView{}, Links: linksOf(c)}
	for _, g := range grants {
		if s.visible(c, view, g) {
			out.RoleAssignments = append(out.RoleAssignments, s.assignmentView(c, view, g, flagged(c, "include_names")))
		}
	}
	return out, nil
}

func (s *Service) enforceAssignments(c *httpapi.Call, r state.Reader, subtree bool) error {
	if !subtree {
		return enforce(c, aboutCaller(c, "target.domain_id"))
	}
	const rule = "identity:list_role_assignments_for_tree"
	id := c.Query().Get("scope.project.id")
	if id == "" {
		if err := enforceRule(c, rule, nil); err != nil {
			return err
		}
		return fail.New(fail.Invalid, "scope.project.id must be specified if include_subtree is also specified")
	}
	p, ok := s.projects.Get(r, id)
	if !ok {
		return fail.Missing("project", id)
	}
	known := aboutProject(p, ok)
	known["target.domain_id"] = nullable(p.DomainID)
	return enforceRule(c, rule, known)
}

// visible tells whether a caller sees a grant: with a token for a domain, only what is for it or within it.
func (s *Service) visible(c *httpapi.Call, r state.Reader, g grant) bool {
	switch {
	case c.Auth.DomainID == "":
		return true
	case g.on.Kind == onProject:
		p, ok := s.projects.Get(r, g.on.ID)
		return ok && p.DomainID == c.Auth.DomainID
	}
	return g.on == target{onDomain, c.Auth.DomainID}
}

// assignmentQuery are the filters of the list.
type assignmentQuery struct {
	role, user, group, project, domain string
	system                             bool
	inherited                          *bool
	effective                          bool
	within                             []string // the project and, with include_subtree, those below
}

func (s *Service) readAssignmentQuery(c *httpapi.Call, r state.Reader, subtree bool) (assignmentQuery, error) {
	get := c.Query().Get
	q := assignmentQuery{
		role: get("role.id"), user: get("user.id"), group: get("group.id"), project: get("scope.project.id"),
		domain: get("scope.domain.id"), system: get("scope.system") == "all", effective: flagged(c, "effective"),
	}
	if c.Query().Has("scope.OS-INHERIT:inherited_to") {
		inherited := get("scope.OS-INHERIT:inherited_to") == "projects"
		q.inherited = &inherited
	}
	if err := q.check(get("scope.system") != ""); err != nil {
		return q, err
	}
	if q.project != "" {
		q.within = []string{q.project}
		if subtree {
			for _, p := range s.below(r, q.project) {
				q.within = append(q.within, p.ID)
			}
		}
	}
	// Quirk: only what is effective is looked up by way of the user and the project, which must then be there.
	if q.effective && q.project != "" && !s.projects.Has(r, q.project) {
		return q, fail.Missing("project", q.project)
	}
	if q.effective && q.user != "" && !s.users.Has(r, q.user) {
		return q, fail.Missing("user", q.user)
	}
	return q, nil
}

func (q *assignmentQuery) check(system bool) error {
	switch {
	case q.domain != "" && q.project != "":
		return fail.New(fail.Invalid, "Specify a domain or project, not both")
	case q.domain != "" && system:
		return fail.New(fail.Invalid, "Specify system or domain, not both")
	case q.project != "" && system:
		return fail.New(fail.Invalid, "Specify system or project, not both")
	case q.user != "" && q.group != "":
		return fail.New(fail.Invalid, "Specify a user or group, not both")
	case q.effective && q.group != "":
		return fail.New(fail.Invalid, "Combining effective and group filter will always result in an empty list.")
	case q.effective && q.inherited != nil && *q.inherited && q.domain != "":
		return fail.New(fail.Invalid, "Combining effective, domain and inherited filters will always result in an empty list.")
	}
	return nil
}

// given lists assignments as they were made. With effective set, it is what could have an effect: filters on what comes
// of assignments wait until that is known.
func (s *Service) given(r state.Reader, q *assignmentQuery) []grant {
	var grants []grant
	for a := range s.assignments.All(r) {
		g := grant{who: a.Actor, on: a.Target, role: a.RoleID, inherited: a.Inherited}
		// Quirk: what is on the system is listed whatever is asked about inheritance.
		wrongKind := q.inherited != nil && a.Inherited != *q.inherited && a.Target.Kind != onSystem
		if wrongKind || !q.effective && !q.wants(g) {
			continue
		}
		grants = append(grants, g)
	}
	return grants
}

// wants tells whether a grant passes the filters.
func (q *assignmentQuery) wants(g grant) bool {
	if q.role != "" && g.role != q.role ||
		q.user != "" && g.who != (actor{user, q.user}) ||
		q.group != "" && g.who != (actor{group, q.group}) {
		return false
	}
	switch {
	case q.project != "":
		return g.on.Kind == onProject && slices.Contains(q.within, g.on.ID)
	case q.domain != "":
		return g.on == target{onDomain, q.domain}
	case q.system:
		return g.on.Kind == onSystem
	}
	return true
}

// effective works out what assignments come to: each for users, on projects and domains, with what roles imply.
// Quirk: roles on the system are left out, even when the query asks for them.
func (s *Service) effective(r state.Reader, given []grant, q assignmentQuery) []grant {
	q.system = false
	var out []grant
	for _, g := range given {
		if g.on.Kind == onSystem {
			continue
		}
		for _, g := range s.spread(r, g) {
			for _, g := range s.perUser(r, g) {
				out = append(out, s.perRole(r, g)...)
			}
		}
	}
	return keep(out, func(g *grant) bool {
		role, ok := s.roles.Get(r, g.role)
		return ok && role.DomainID == "" && q.wants(*g)
	})
}

// spread turns what is inherited into what there is on each project below.
func (s *Service) spread(r state.Reader, g grant) []grant {
	if !g.inherited {
		return []grant{g}
	}
	var spread []grant
	for _, p := range s.below(r, g.on.ID) {
		spread = append(spread, grant{who: g.who, on: target{onProject, p.ID}, role: g.role, above: g.on})
	}
	return spread
}

// perUser turns what a group has into what each of its users has.
func (s *Service) perUser(r state.Reader, g grant) []grant {
	if g.who.Kind == user {
		return []grant{g}
	}
	var each []grant
	for m := range s.members.All(r) {
		if m.GroupID == g.who.ID {
			one := g
			one.who, one.viaGroup = actor{user, m.UserID}, g.who.ID
			each = append(each, one)
		}
	}
	return each
}

// perRole adds the roles that a grant's role implies, directly or by way of others.
func (s *Service) perRole(r state.Reader, g grant) []grant {
	all := []grant{g}
	for i := 0; i < len(all); i++ {
		for rule := range s.inferences.WithPrefix(r, keyOf(all[i].role, "")) {
			known := slices.ContainsFunc(all, func(have grant) bool { return have.role == rule.Implied })
			if !known {
				implied := g
				implied.role, implied.prior = rule.Implied, all[i].role
				all = append(all, implied)
			}
		}
	}
	return all
}
