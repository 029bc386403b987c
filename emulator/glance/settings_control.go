package glance

// DefaultStore is the id of the store that takes the data of uploads that name none.
func (s *Service) DefaultStore() string { return s.defaultStore(s.db.View()) }

// SingleStore tells whether clients see a Glance with but one store, without a name.
func (s *Service) SingleStore() bool { return s.singleStore(s.db.View()) }

// ImageSizeCap is how many bytes an image may have.
func (s *Service) ImageSizeCap() int64 { return s.sizeCap(s.db.View()) }
