package cinder

// declareVolumeJobs tells the queue what volumes' background halves do.
func (s *Service) declareVolumeJobs() {}
