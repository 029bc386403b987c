package keystone

// ProjectID is the id of a project of the default domain, by its id or name.
func (s *Service) ProjectID(nameOrID string) (string, bool) {
	view := s.db.View()
	if p, ok := s.projects.Get(view, nameOrID); ok && !p.IsDomain {
		return p.ID, true
	}
	p, ok := s.projectNamed(view, defaultDomainID, nameOrID)
	return p.ID, ok
}

// ProjectNames lists the projects of the default domain.
func (s *Service) ProjectNames() []string {
	var names []string
	for p := range s.projectsByName.Ascend(s.db.View(), Project{DomainID: defaultDomainID}) {
		if p.DomainID != defaultDomainID {
			break
		}
		names = append(names, p.Name)
	}
	return names
}
