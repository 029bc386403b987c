package fault

// Hit is a rule that acts.
type Hit struct {
	ID   string // of the rule
	Name string // operation id, kind of job, or store: what it acts on
}

// Watch sets who hears of hits; nil for nobody. It must neither wait nor ask the set anything.
func (s *Set) Watch(watcher *func(Hit)) { s.watcher.Store(watcher) }

func (s *Set) tell(l *live, subject *Subject) {
	if watch := s.watcher.Load(); watch != nil {
		(*watch)(Hit{l.ID, subject.Name})
	}
}
