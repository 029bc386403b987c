package cinder

// BackendState is a backend and how its driver is.
type BackendState struct {
	Name, Host  string
	Initialized bool
}

// BackendStates lists the backends by order of the configuration.
func (s *Service) BackendStates() []BackendState {
	view := s.db.View()
	var list []BackendState
	for _, b := range s.cfg.Backends {
		list = append(list, BackendState{b.Name, b.Host, !s.driverDown(view, b.Host)})
	}
	return list
}
