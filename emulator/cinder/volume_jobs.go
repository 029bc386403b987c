package cinder

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// The kinds of background work on volumes.
const (
	kindCreateVolume      = "cinder.volume.create"
	kindDownloadImage     = "cinder.volume.download_image"
	kindDeleteVolume      = "cinder.volume.delete"
	kindExtendVolume      = "cinder.volume.extend"
	kindUploadVolumeImage = "cinder.volume.upload_image"
	kindRetryUpload       = "cinder.volume.retry_upload"
	kindRetypeVolume      = "cinder.volume.retype"
	kindMigrateVolume     = "cinder.volume.migrate"
	kindFailoverHost      = "cinder.service.failover"
)

// Transitions lists the background work, for whoever sets how long it takes.
func Transitions() []sim.Transition {
	return append([]sim.Transition{
		{Name: kindCreateVolume, Does: "a volume is scheduled, and made unless it comes from an image"},
		{Name: kindDownloadImage, Does: "a scheduled volume gets the data of its image"},
		{Name: kindDeleteVolume, Does: "a volume goes"},
		{Name: kindExtendVolume, Does: "a volume grows"},
		{Name: kindUploadVolumeImage, Does: "a volume's data goes to an image"},
		{Name: kindRetryUpload, Does: "it goes again, for Glance was not there; upstream pauses for a second"},
		{Name: kindRetypeVolume, Does: "a volume gets another type, or is about to migrate for it"},
		{Name: kindMigrateVolume, Does: "a volume that was given another type goes to another backend"},
		{Name: kindManageVolume, Does: "what lies on a backend becomes a volume"},
		{Name: kindManageSnapshot, Does: "what lies on a backend becomes a snapshot"},
		{Name: kindRevertVolume, Does: "a volume gets the data of its latest snapshot"},
		{Name: kindReimageVolume, Does: "a volume gets the data of an image"},
		{Name: kindMoveVolume, Does: "a volume goes to the backend that an administrator chose"},
		{Name: kindChangeOver, Does: "servers that have a volume are asked to change over to its copy on another backend"},
		{Name: kindFailoverHost, Does: "a volume service goes over to a replication target, and its volumes with it"},
	}, slices.Concat(snapshotTransitions(), backupTransitions(), groupTransitions())...)
}

// declareVolumeJobs tells the queue what each kind does.
func (s *Service) declareVolumeJobs() {
	s.declareSnapshotJobs()
	sim.On(s.queue, kindManageVolume, s.finishManageVolume)
	sim.On(s.queue, kindManageSnapshot, s.finishManageSnapshot)
	sim.On(s.queue, kindRevertVolume, s.finishRevert)
	sim.On(s.queue, kindReimageVolume, s.finishReimage)
	sim.On(s.queue, kindMoveVolume, s.finishMigrate)
	s.declareBackupJobs()
	s.declareGroupJobs()
	sim.On(s.queue, kindCreateVolume, s.finishCreate)
	sim.On(s.queue, kindDownloadImage, s.finishDownload)
	sim.On(s.queue, kindDeleteVolume, s.finishDelete)
	sim.On(s.queue, kindExtendVolume, s.finishExtend)
	sim.On(s.queue, kindUploadVolumeImage, s.finishUploadImage)
	sim.On(s.queue, kindRetryUpload, s.finishUploadImage)
	sim.On(s.queue, kindRetypeVolume, s.finishRetype)
	sim.On(s.queue, kindMigrateVolume, s.finishMigrate)
	sim.On(s.queue, kindChangeOver, s.finishChangeOver)
	sim.On(s.queue, kindFailoverHost, s.finishFailover)
	sim.Lasting(s.queue, kindDownloadImage, kindReimageVolume, kindUploadVolumeImage, kindRetryUpload, kindChangeOver)
}

// move is one step of a volume's life that happens by itself: from a status, by a kind of job, to one of several others.
type move struct {
	From Status
	Job  string
	To   []Status
}

// lifecycle is the table of them. "" is the end: the volume is no more.
func lifecycle() []move {
	return []move{
		{StatusCreating, kindCreateVolume, []Status{StatusAvailable, StatusDownloading, StatusError}},
		{StatusDownloading, kindDownloadImage, []Status{StatusAvailable, StatusCreating, StatusError}},
		{StatusDeleting, kindDeleteVolume, []Status{"", StatusErrorDeleting}},
		{StatusExtending, kindExtendVolume, []Status{StatusAvailable, StatusInUse, StatusErrorExtending}},
		{StatusUploading, kindUploadVolumeImage, []Status{StatusAvailable, StatusInUse, StatusUploading}},
		{StatusUploading, kindRetryUpload, []Status{StatusAvailable, StatusInUse, StatusUploading}},
		{StatusRetyping, kindRetypeVolume, []Status{StatusAvailable, StatusInUse, StatusRetyping}},
		{StatusRetyping, kindMigrateVolume, []Status{StatusAvailable, StatusInUse}},
	}
}
