package cinder

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Attachment says that a server or a host uses a volume, or is about to. Nothing is connected.
type Attachment struct {
	ID       string
	VolumeID string
	Number   int     // counts the attachments of a volume
	ServerID *string // as the caller wrote it
	Host     *string // as a host name may be spelled
	Device   string
	Mode     string // "rw" or "ro"; "null" where nobody said, and "" is null
	Status   string

	CreatedAt  time.Time
	AttachedAt time.Time // zero until it is attached

	Connector      string // what the host told of itself: a JSON object, or "" for nothing yet
	ConnectionInfo string // how to reach the volume: a JSON object, or "" for nothing yet
}

// The statuses of an attachment besides attached (cinder/objects/fields.py).
const (
	reserved       = "reserved"
	attaching      = "attaching"
	errorAttaching = "error_attaching"
	errorDetaching = "error_detaching"
)

// attachmentTables hold attachments.
type attachmentTables struct {
	attachments         *state.Table[Attachment]
	attachmentsByVolume *state.Index[Attachment]
}

func newAttachmentTables(db *state.DB) attachmentTables {
	t := attachmentTables{attachmentsByVolume: state.Order(func(a, b *Attachment) bool {
		if a.VolumeID != b.VolumeID {
			return a.VolumeID < b.VolumeID
		}
		return a.Number < b.Number
	}, nil)}
	t.attachments = state.Add(db, "cinder.attachments", func(a *Attachment) *string { return &a.ID }, t.attachmentsByVolume)
	return t
}

// attachmentsOf are a volume's attachments, the oldest first, those that failed among them.
func (s *Service) attachmentsOf(r state.Reader, volume string) []Attachment {
	var out []Attachment
	for a := range s.attachmentsByVolume.Ascend(r, Attachment{VolumeID: volume}) {
		if a.VolumeID != volume {
			break
		}
		out = append(out, a)
	}
	return out
}

// restingStatus is a volume's status when nothing is being done with it.
func (s *Service) restingStatus(r state.Reader, volume string) Status {
	if len(s.attachmentsOf(r, volume)) > 0 {
		return StatusInUse
	}
	return StatusAvailable
}

// forgetAttachment takes an attachment away, whether or not it is there, and settles what that leaves of the volume's
// statuses: those of the attachments that remain, less those that failed. A volume that is being uploaded or migrated
// keeps its status for now (db/api.py, volume_detached).
func (s *Service) forgetAttachment(tx *state.Tx, v *Volume, id string) {
	s.attachments.Delete(tx, id)
	v.AttachStatus = detached
	for _, a := range s.attachmentsOf(tx, v.ID) {
		if !strings.HasPrefix(a.Status, "error_") && (v.AttachStatus == detached || a.Status < v.AttachStatus) {
			v.AttachStatus = a.Status // attached, attaching, detaching, reserved
		}
	}
	if v.attached() {
		v.Status = StatusInUse
	} else if v.AttachStatus != detached {
		v.Status = Status(v.AttachStatus)
	} else if v.MigrationStatus == "" && v.Status != StatusUploading || v.MigrationStatus == migrationSuccess || v.MigrationStatus == migrationError {
		v.Status = StatusAvailable
	}
	v.setAdminMetadata(adminAttachedMode, "")
}

// setAdminMetadata sets one of the administrators' metadata; "" removes it.
func (v *Volume) setAdminMetadata(key, value string) {
	all := maps.Clone(v.AdminMetadata)
	if all == nil {
		all = map[string]string{}
	}
	if all[key] = value; value == "" {
		delete(all, key)
	}
	v.AdminMetadata = all
}

// attachmentView is an attachment in a volume's view.
type attachmentView struct {
	VolumeID     string  `json:"id"` // again
	AttachmentID string  `json:"attachment_id"`
	Volume       string  `json:"volume_id"`
	ServerID     *string `json:"server_id"`
	HostName     *string `json:"host_name"` // for administrators and services
	Device       string  `json:"device"`
	AttachedAt   stamp   `json:"attached_at"`
}

// attachmentViews are those of a volume's attachments that succeeded.
func (s *Service) attachmentViews(c *httpapi.Call, r state.Reader, volume string, admin bool) []attachmentView {
	views := []attachmentView{}
	for _, a := range s.attachmentsOf(r, volume) {
		if a.Status != attached {
			continue
		}
		view := attachmentView{
			VolumeID: volume, AttachmentID: a.ID, Volume: volume, ServerID: a.ServerID, Device: a.Device,
			AttachedAt: stamp(a.AttachedAt),
		}
		if admin || slices.Contains(c.Auth.Creds.Roles, "service") {
			view.HostName = a.Host
		}
		views = append(views, view)
	}
	return views
}
