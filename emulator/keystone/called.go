package keystone

// Called finds the name of a project, a user, a group or a role, and whose it is, by its id.
func (s *Service) Called(id string) (name, project string, ok bool) {
	r := s.db.View()
	if p, ok := s.projects.Get(r, id); ok {
		return p.Name, p.ID, true
	}
	if u, ok := s.users.Get(r, id); ok {
		return u.Name, "", true
	}
	if g, ok := s.groups.Get(r, id); ok {
		return g.Name, "", true
	}
	role, ok := s.roles.Get(r, id)
	return role.Name, "", ok
}
