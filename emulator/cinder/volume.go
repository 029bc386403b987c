package cinder

import (
	"maps"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

// Status is where a volume stands in its life.
type Status string

// The statuses of a volume (cinder/objects/fields.py).
const (
	StatusCreating         Status = "creating"
	StatusAvailable        Status = "available"
	StatusDeleting         Status = "deleting"
	StatusError            Status = "error"
	StatusErrorDeleting    Status = "error_deleting"
	StatusErrorManaging    Status = "error_managing"
	StatusManaging         Status = "managing"
	StatusAttaching        Status = "attaching"
	StatusInUse            Status = "in-use"
	StatusDetaching        Status = "detaching"
	StatusMaintenance      Status = "maintenance"
	StatusRestoringBackup  Status = "restoring-backup"
	StatusErrorRestoring   Status = "error_restoring"
	StatusReserved         Status = "reserved"
	StatusAwaitingTransfer Status = "awaiting-transfer"
	StatusBackingUp        Status = "backing-up"
	StatusErrorBackingUp   Status = "error_backing-up"
	StatusErrorExtending   Status = "error_extending"
	StatusDownloading      Status = "downloading"
	StatusUploading        Status = "uploading"
	StatusRetyping         Status = "retyping"
	StatusExtending        Status = "extending"
)

// statuses lists them in upstream's order, which its error messages show.
func statuses() []Status {
	return []Status{
		StatusCreating, StatusAvailable, StatusDeleting, StatusError, StatusErrorDeleting, StatusErrorManaging,
		StatusManaging, StatusAttaching, StatusInUse, StatusDetaching, StatusMaintenance, StatusRestoringBackup,
		StatusErrorRestoring, StatusReserved, StatusAwaitingTransfer, StatusBackingUp, StatusErrorBackingUp,
		StatusErrorExtending, StatusDownloading, StatusUploading, StatusRetyping, StatusExtending,
	}
}

// Volume is a disk.
type Volume struct {
	ID          string
	NameID      string // by which its backend knows it, if it is not ID
	ProjectID   string
	UserID      string
	Name        *string
	Description *string
	Size        int // GiB
	TypeID      string
	SourceID    string // the volume it was cloned from
	SnapshotID  string // the snapshot it was made from
	GroupID     string // "" unless it is part of one
	Zone        string
	Host        string // Backend.Host; "" until it is scheduled

	Status          Status
	PreviousStatus  Status
	AttachStatus    string // "attached" or "detached"
	MigrationStatus string // "" is null
	// ReplicationStatus is replicationDisabled or more where the backend has somewhere to go; "" is null.
	ReplicationStatus string
	Bootable          bool
	Multiattach       bool
	EncryptionKeyID   string // "" unless encrypted
	NoQuota           bool   // consumes none
	GrowsBy           int    // GiB, while it is extended
	BecomesType       string // id, while it is retyped
	SharedTargets     bool
	ServiceUUID       string

	Metadata      map[string]string // the owner's
	AdminMetadata map[string]string // "readonly" and "attached_mode" are shown as metadata
	ImageMetadata map[string]string // nil: none; carried over by uploads

	CreatedAt   time.Time
	UpdatedAt   time.Time // zero until it is changed
	ScheduledAt time.Time
	LaunchedAt  time.Time

	Content content.Content // Size GiB
}

// unmanaged tells whether it is not known yet, or never will be, how much of its quota the volume takes.
func (v *Volume) unmanaged() bool {
	return v.Status == StatusManaging || v.Status == StatusErrorManaging || v.Status == StatusErrorManagingDeleting
}

// gib is 1 GiB in bytes.
const gib = 1 << 30

// holding is what the volume counts for in quotas and on its backend.
func (v *Volume) holding() *holding {
	return &holding{Project: v.ProjectID, Type: v.TypeID, Host: v.Host, GiB: v.Size, Exempt: v.NoQuota || v.unmanaged()}
}

// attached tells whether a server uses the volume.
func (v *Volume) attached() bool { return v.AttachStatus == attached }

const (
	attached = "attached"
	detached = "detached"
)

// shown is the status as users see it: what managing does is told in the words of creating and deleting.
func (s Status) shown() Status {
	switch s {
	case StatusManaging:
		return StatusCreating
	case StatusErrorManaging:
		return StatusError
	case StatusErrorManagingDeleting:
		return StatusDeleting
	}
	return s
}

// visibleMetadata is the owner's metadata with those of the administrators' that users may see on top.
func (v *Volume) visibleMetadata() map[string]string {
	if len(v.AdminMetadata) == 0 {
		if v.Metadata == nil {
			return map[string]string{}
		}
		return v.Metadata
	}
	out := maps.Clone(v.Metadata)
	if out == nil {
		out = map[string]string{}
	}
	for _, key := range []string{adminReadonly, adminAttachedMode} {
		if value, ok := v.AdminMetadata[key]; ok {
			out[key] = value
		}
	}
	return out
}

// The administrators' metadata that users see.
const (
	adminReadonly     = "readonly"
	adminAttachedMode = "attached_mode"
)

// Lookup makes a volume the target of policy rules.
func (v *Volume) Lookup(name string) (any, bool) {
	switch name {
	case "project_id", "tenant_id":
		return v.ProjectID, true
	case "user_id":
		return v.UserID, true
	}
	return nil, false
}
