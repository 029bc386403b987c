package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/gophercloud/gophercloud/v2"
)

func (w *World) messageSteps(sc registrar) {
	step(sc, `{who} finds? the message {string} about the volume {string}`, w.findsMessage)
	step(sc, `{who} finds? the message {string} about the volume {string}, of the event {string}`, w.findsMessageOfEvent)
	step(sc, `{who} finds? no message about the volume {string}`, w.findsNoMessage)
	step(sc, `{who} does not find the message about the volume {string}`, w.findsNoMessage)
}

// message is a user message as Cinder shows it.
type message struct {
	ID           string `json:"id"`
	EventID      string `json:"event_id"`
	UserMessage  string `json:"user_message"`
	Level        string `json:"message_level"`
	ResourceType string `json:"resource_type"`
	ResourceUUID string `json:"resource_uuid"`
}

// messages lists what a person is told about a volume.
func (w *World) messages(ctx context.Context, person, volume string) ([]message, error) {
	c, id, err := w.volumeOf(ctx, person, volume)
	if err != nil {
		return nil, err
	}
	return messagesAbout(ctx, c, id)
}

func messagesAbout(ctx context.Context, c *gophercloud.ServiceClient, id string) ([]message, error) {
	c.Microversion = "3.5" // filters of the list
	var body struct{ Messages []message }
	_, err := c.Get(ctx, c.ServiceURL("messages")+"?"+url.Values{"resource_uuid": {id}}.Encode(), &body, nil)
	return body.Messages, err
}

// dropMessages deletes what was said about a volume.
func (w *World) dropMessages(ctx context.Context, volume string) error {
	c, err := w.BlockStorage(ctx, Admin)
	if err != nil {
		return err
	}
	found, err := messagesAbout(ctx, c, volume)
	for _, m := range found {
		_, e := c.Delete(ctx, c.ServiceURL("messages", m.ID), accepted(http.StatusNoContent))
		if !gone(e) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// findsMessage is
//
//	Then I find the message "copy volume to image:Failed to upload volume to image at backend." about the volume "boot"
//
// and no other.
func (w *World) findsMessage(ctx context.Context, who, text, volume string) error {
	return w.findsMessageOfEvent(ctx, who, text, volume, "")
}

// findsMessageOfEvent is findsMessage ending in
//
//	, of the event "VOLUME_VOLUME_003_004"
func (w *World) findsMessageOfEvent(ctx context.Context, who, text, volume, event string) error {
	found, err := w.messages(ctx, act(who).person, volume)
	if err != nil {
		return err
	}
	id, _ := w.Volumes.ID(volume)
	want := []message{{UserMessage: text, EventID: event, Level: "ERROR", ResourceType: "VOLUME", ResourceUUID: id}}
	for i := range found {
		found[i].ID = ""
		if event == "" {
			found[i].EventID = ""
		}
	}
	return same("the messages about the volume", want, found)
}

// findsNoMessage is
//
//	Then I find no message about the volume "boot"
func (w *World) findsNoMessage(ctx context.Context, who, volume string) error {
	found, err := w.messages(ctx, act(who).person, volume)
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("there is %q", found[0].UserMessage)
	}
	return err
}
