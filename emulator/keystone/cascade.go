package keystone

import (
	"iter"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// deleteWhere takes from a table the rows for which gone holds.
func deleteWhere[V any](tx *state.Tx, table *state.Table[V], rows iter.Seq[V], gone func(*V) bool) {
	var keys []string
	for row := range rows {
		if gone(&row) {
			keys = append(keys, table.Key(&row))
		}
	}
	for _, key := range keys {
		table.Delete(tx, key)
	}
}

// deleteUser takes away a user with all that only the user had: places in groups, roles, credentials and trusts. Tokens
// end.
func (s *Service) deleteUser(tx *state.Tx, id string) {
	s.users.Delete(tx, id)
	deleteWhere(tx, s.members, s.members.WithPrefix(tx, keyOf(id, "")), func(*membership) bool { return true })
	s.deleteAssignments(tx, func(a *assignment) bool { return a.Actor == actor{user, id} })
	deleteWhere(tx, s.credentials, s.credentials.All(tx), func(a *ApplicationCredential) bool { return a.UserID == id })
	deleteWhere(tx, s.accessRules, s.accessRules.All(tx), func(a *AccessRule) bool { return a.UserID == id })
	deleteWhere(tx, s.secrets, s.secrets.All(tx), func(c *Credential) bool { return c.UserID == id })
	deleteWhere(tx, s.trusts, s.trusts.All(tx), func(t *Trust) bool { return t.TrustorID == id || t.TrusteeID == id })
	s.revoke(tx, revokedUser, id)
}

// deleteGroup takes away a group. If it had roles, the tokens of its users end.
func (s *Service) deleteGroup(tx *state.Tx, id string) {
	hadRoles := false
	s.deleteAssignments(tx, func(a *assignment) bool {
		mine := a.Actor == actor{group, id}
		hadRoles = hadRoles || mine
		return mine
	})
	var users []string
	deleteWhere(tx, s.members, s.members.All(tx), func(m *membership) bool {
		if m.GroupID == id {
			users = append(users, m.UserID)
		}
		return m.GroupID == id
	})
	s.groups.Delete(tx, id)
	for _, u := range users {
		if hadRoles {
			s.revoke(tx, revokedUser, u)
		}
	}
}

func (s *Service) deleteAssignments(tx *state.Tx, gone func(*assignment) bool) {
	deleteWhere(tx, s.assignments, s.assignments.All(tx), gone)
}

// deleteProject takes away a project, or a domain that nothing is left in, with the roles on it and what else is for it
// alone. Tokens for it end, and nobody has it as the default any more.
func (s *Service) deleteProject(tx *state.Tx, id string) {
	s.projects.Delete(tx, id)
	s.deleteAssignments(tx, func(a *assignment) bool { return a.Target.Kind != onSystem && a.Target.ID == id })
	deleteWhere(tx, s.projectEndpoints, s.projectEndpoints.WithPrefix(tx, keyOf(id, "")), func(*projectEndpoint) bool { return true })
	deleteWhere(tx, s.secrets, s.secrets.All(tx), func(c *Credential) bool { return c.ProjectID == id })
	deleteWhere(tx, s.trusts, s.trusts.All(tx), func(t *Trust) bool { return t.ProjectID == id })
	deleteWhere(tx, s.limits, s.limits.All(tx), func(l *Limit) bool { return l.ProjectID == id })
	var homeless []User
	for u := range s.users.All(tx) {
		if u.DefaultProjectID == id {
			homeless = append(homeless, u)
		}
	}
	for _, u := range homeless {
		u.DefaultProjectID = ""
		s.users.Put(tx, u)
	}
	s.revoke(tx, revokedProject, id)
}
