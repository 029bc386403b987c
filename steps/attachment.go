package steps

import (
	"context"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"
)

func (w *World) attachmentSteps(sc registrar) {
	step(sc, `{who} reserves? the volume {string} for the attachment {string}`, w.reserveVolume)
	step(sc, `{who} connects? a host to the attachment {string}`, w.connectHost)
	step(sc, `{who} completes? the attachment {string}`, w.completeAttachment)
	step(sc, `{who} deletes? the attachment {string}`, w.deleteAttachment)
	step(sc, `the attachment {string} is {string}`, w.attachmentIs)
	step(sc, `the attachment {string} tells how to reach the volume`, w.attachmentTells)
}

// reserveVolume is
//
//	When I reserve the volume "boot" for the attachment "first"
//
// which is of no server, and of no host so far.
func (w *World) reserveVolume(ctx context.Context, who, volume, name string) error {
	a := act(who)
	c, id, err := w.volumeOf(ctx, a.person, volume)
	if err != nil {
		return err
	}
	var made struct {
		Attachment struct{ ID string }
	}
	body := map[string]any{"attachment": map[string]any{"volume_uuid": id}}
	_, err = c.Post(ctx, c.ServiceURL("attachments"), body, &made, accepted(http.StatusOK))
	if err == nil {
		w.Attachments.Set(name, made.Attachment.ID)
		w.remove(thing("attachment", made.Attachment.ID, name), func(ctx context.Context) error {
			_, err := c.Delete(ctx, c.ServiceURL("attachments", made.Attachment.ID), accepted(http.StatusOK))
			if gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
				return nil
			}
			return err
		})
	}
	return w.did(a, err)
}

// attachmentOf is a client of a person's, and the id of what the scenario calls name.
func (w *World) attachmentOf(ctx context.Context, person, name string) (*gophercloud.ServiceClient, string, error) {
	id, err := w.Attachments.ID(name)
	if err != nil {
		return nil, "", err
	}
	c, err := w.BlockStorage(ctx, person)
	return c, id, err
}

// connectHost is
//
//	When I connect a host to the attachment "first"
//
// which knows all protocols.
func (w *World) connectHost(ctx context.Context, who, name string) error {
	a := act(who)
	c, id, err := w.attachmentOf(ctx, a.person, name)
	if err != nil {
		return err
	}
	body := map[string]any{"attachment": map[string]any{"connector": map[string]any{
		"host": "scenario", "ip": "192.0.2.7", "platform": "x86_64", "os_type": "linux", "multipath": false,
		"initiator": "iqn.1993-08.org.debian:01:604af6a341", "nqn": "nqn.2014-08.org.nvmexpress:uuid:604af6a341",
		"wwpns": []string{"50014380186b3f65"}, "wwnns": []string{"50014380186b3f64"}, "mountpoint": "/dev/vdb",
	}}}
	_, err = c.Put(ctx, c.ServiceURL("attachments", id), body, new(any), accepted(http.StatusOK))
	return w.did(a, err)
}

// completeAttachment is
//
//	When I complete the attachment "first"
func (w *World) completeAttachment(ctx context.Context, who, name string) error {
	a := act(who)
	c, id, err := w.attachmentOf(ctx, a.person, name)
	if err != nil {
		return err
	}
	_, err = c.Post(ctx, c.ServiceURL("attachments", id, "action"), map[string]any{"os-complete": nil}, nil, accepted(http.StatusNoContent))
	return w.did(a, err)
}

// deleteAttachment is
//
//	When I delete the attachment "first"
func (w *World) deleteAttachment(ctx context.Context, who, name string) error {
	a := act(who)
	c, id, err := w.attachmentOf(ctx, a.person, name)
	if err != nil {
		return err
	}
	_, err = c.Delete(ctx, c.ServiceURL("attachments", id), accepted(http.StatusOK))
	return w.did(a, err)
}

func (w *World) attachment(ctx context.Context, name string) (map[string]any, error) {
	c, id, err := w.attachmentOf(ctx, Admin, name)
	if err != nil {
		return nil, err
	}
	var body struct{ Attachment map[string]any }
	_, err = c.Get(ctx, c.ServiceURL("attachments", id), &body, nil)
	return body.Attachment, err
}

// attachmentIs is
//
//	Then the attachment "first" is "reserved"
func (w *World) attachmentIs(ctx context.Context, name, status string) error {
	a, err := w.attachment(ctx, name)
	if err != nil {
		return err
	}
	return same("the attachment's status", any(status), a["status"])
}

// attachmentTells is
//
//	Then the attachment "first" tells how to reach the volume
//
// by a driver of whatever protocol, and whether it may be written to.
func (w *World) attachmentTells(ctx context.Context, name string) error {
	a, err := w.attachment(ctx, name)
	if err != nil {
		return err
	}
	info, _ := a["connection_info"].(map[string]any)
	if err := same("the attachment that the connection is for", a["id"], info["attachment_id"]); err != nil {
		return err
	}
	if info["driver_volume_type"] == nil {
		return same("the connection", any("one of a driver"), info)
	}
	return same("the way of access", any("rw"), info["access_mode"])
}
