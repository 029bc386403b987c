package cinder

import (
	"cmp"
	"encoding/json"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
)

// attachmentSummaryView is an attachment in the short list (api/v3/views/attachments.py).
type attachmentSummaryView struct {
	ID       string  `json:"id"`
	Status   string  `json:"status"`
	Instance *string `json:"instance"`
	VolumeID string  `json:"volume_id"`
}

// attachmentDetailView is an attachment by itself, and in the long list.
type attachmentDetailView struct {
	attachmentSummaryView
	AttachedAt     textStamp       `json:"attached_at"`
	DetachedAt     string          `json:"detached_at"` // always empty: what is detached is gone
	AttachMode     *string         `json:"attach_mode"`
	ConnectionInfo json.RawMessage `json:"connection_info"`
}

func newAttachmentSummary(a *Attachment) attachmentSummaryView {
	return attachmentSummaryView{ID: a.ID, Status: a.Status, Instance: a.ServerID, VolumeID: a.VolumeID}
}

func newAttachmentDetail(a *Attachment) attachmentDetailView {
	view := attachmentDetailView{
		attachmentSummaryView: newAttachmentSummary(a), AttachedAt: textStamp(a.AttachedAt),
		ConnectionInfo: json.RawMessage(cmp.Or(a.ConnectionInfo, "{}")),
	}
	if a.Mode != "" {
		view.AttachMode = &a.Mode
	}
	return view
}

// attachmentOrdering are the columns of upstream's table that attachments can be sorted by.
var attachmentOrdering = ordering[Attachment]{
	"id":            func(a, b *Attachment) int { return cmp.Compare(a.ID, b.ID) },
	"volume_id":     func(a, b *Attachment) int { return cmp.Compare(a.VolumeID, b.VolumeID) },
	"instance_uuid": func(a, b *Attachment) int { return compareText(a.ServerID, b.ServerID) },
	"attached_host": func(a, b *Attachment) int { return compareText(a.Host, b.Host) },
	"mountpoint":    func(a, b *Attachment) int { return cmp.Compare(a.Device, b.Device) },
	"attach_status": func(a, b *Attachment) int { return cmp.Compare(a.Status, b.Status) },
	"attach_mode":   func(a, b *Attachment) int { return cmp.Compare(a.Mode, b.Mode) },
	"attach_time":   func(a, b *Attachment) int { return a.AttachedAt.Compare(b.AttachedAt) },
	"detach_time":   func(_, _ *Attachment) int { return 0 },
	"created_at": func(a, b *Attachment) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.Number, b.Number))
	},
	"updated_at": func(a, b *Attachment) int { return a.AttachedAt.Compare(b.AttachedAt) },
}

// field is a column by which attachments can be filtered; ok is false for what is none.
func (a *Attachment) field(name string) (value *string, ok bool) {
	switch name {
	case "id":
		return &a.ID, true
	case "volume_id":
		return &a.VolumeID, true
	case "instance_uuid", "instance_id":
		return a.ServerID, true
	case "attach_status":
		return &a.Status, true
	case "attach_mode":
		return &a.Mode, true
	case "attached_host":
		return a.Host, true
	case "mountpoint":
		return &a.Device, true
	}
	return nil, false
}

func attachmentMissing(id string) error {
	return &fail.Error{
		Kind: fail.NotFound, Resource: "attachment", ID: id,
		Text: "Volume attachment could not be found with filter: attachment_id = " + id + ".",
	}
}
