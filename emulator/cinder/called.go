package cinder

// Called finds the name of a volume or of a volume type, and whose it is, by its id.
func (s *Service) Called(id string) (name, project string, ok bool) {
	r := s.db.View()
	if v, ok := s.volumes.Get(r, id); ok {
		if v.Name != nil {
			name = *v.Name
		}
		return name, v.ProjectID, true
	}
	if t, ok := s.types.Get(r, id); ok {
		return t.Name, "", true
	}
	return "", "", false
}
