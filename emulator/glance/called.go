package glance

// Called finds the name of an image, also by the id of a task about it, and whose it is.
func (s *Service) Called(id string) (name, project string, ok bool) {
	r := s.db.View()
	if t, ok := s.tasks.Get(r, id); ok {
		id = t.ImageID
	}
	i, ok := s.images.Get(r, id)
	if ok && i.Name != nil {
		name = *i.Name
	}
	return name, i.Owner, ok
}
