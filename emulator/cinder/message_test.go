package cinder

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// tell writes a message for a user's project.
func (c *testCloud) tell(user, volume string, action messageAction, detail messageDetail) {
	_ = c.db.Update(func(tx *state.Tx) error {
		c.createMessage(tx, jobAuth{ProjectID: testProjects[user], RequestID: "req-" + volume}, action, volume, detail)
		return nil
	})
}

// messageVolumes are the volumes that a list of messages is about.
func (c *testCloud) messageVolumes(tb testing.TB, user, path string) string {
	tb.Helper()
	var volumes []string
	for _, m := range c.must(tb, user, "GET", path, "")["messages"].([]any) {
		volumes = append(volumes, m.(map[string]any)["resource_uuid"].(string))
	}
	return strings.Join(volumes, " ")
}

// Answers in this test were observed on a cloud of release Zed.
func TestMessages(t *testing.T) {
	c := newTestCloud(t)
	c.tell("demo", "v1", actionCopyVolumeToImage, detailFailedToUploadVolume)
	c.tell("demo", "v2", actionScheduleAllocateVolume, detailNoBackendAvailable)
	c.tell("alt", "v3", actionCopyVolumeToImage, detailQuotaExceeded)

	for _, test := range []struct{ user, path, want string }{
		{"demo", "3.3 /messages?limit=1", "v3 v2 v1"}, // no pages yet
		{"demo", "/messages", "v3 v2 v1"},             // other projects' too
		{"demo", "/messages?limit=1", "v3"},
		{"demo", "/messages?sort=resource_uuid:asc", "v1 v2 v3"},
		{"demo", "/messages?resource_uuid=v2", "v2"},
		{"demo", "/messages?event_id=VOLUME_VOLUME_003_004", "v1"},
		{"demo", "/messages?event_id=x", ""},
		{"demo", "3.5 /messages?foo=bar", ""},
		{"admin", "/messages?foo=bar", ""},
		{"demo", "/messages?all_tenants=1", "v3 v2 v1"},
		{"admin", "/messages?all_tenants=1", ""},
		{"admin", "/messages?resource_uuid~=2", "v2"},
	} {
		if got := c.messageVolumes(t, test.user, test.path); got != test.want {
			t.Errorf("%s %s: %s, not %s", test.user, test.path, got, test.want)
		}
	}
	c.refused(t, "demo", "GET", "3.2 /messages", "", 404, notFound)
	c.refused(t, "demo", "GET", "/messages?foo=bar", "", 400, "Invalid filters foo are found in query options.")
	c.refused(t, "demo", "GET", "/messages?resource_uuid~=v", "", 400, "Invalid filters resource_uuid~ are found in query options.")
	c.refused(t, "demo", "GET", "/messages?marker=nope", "", 404, "Message nope could not be found.")
	c.refused(t, "demo", "GET", "/messages?sort=nope", "", 400, "Invalid input received: Invalid sort key")
	c.refused(t, "demo", "GET", "/messages?limit=-1", "", 400, "limit param must be positive")

	first := c.must(t, "demo", "GET", "/messages?resource_uuid=v1", "")["messages"].([]any)[0].(map[string]any)
	id := first["id"].(string)
	next := c.must(t, "demo", "GET", "/messages?sort=resource_uuid:asc&limit=1", "")["messages_links"].([]any)[0].(map[string]any)["href"]
	if next != "http://cloud.test/volume/v3/"+testProjects["demo"]+"/messages?sort=resource_uuid%3Aasc&limit=1&marker="+id {
		t.Error(next)
	}
	if got := c.messageVolumes(t, "demo", "/messages?sort=resource_uuid:asc&limit=1&marker="+id); got != "v2" {
		t.Error(got)
	}
	shown := c.must(t, "demo", "GET", "/messages/"+id, "")["message"].(map[string]any)
	for key, want := range map[string]string{
		"event_id": "VOLUME_VOLUME_003_004", "user_message": "copy volume to image:Failed to upload volume to image at backend.",
		"message_level": "ERROR", "request_id": "req-v1", "resource_type": "VOLUME", "resource_uuid": "v1",
	} {
		if shown[key] != want {
			t.Errorf("%s: %v", key, shown[key])
		}
	}
	if len(shown) != 10 {
		t.Errorf("keys: %s", typeKeys(shown))
	}
	created, _ := time.Parse("2006-01-02T15:04:05.000000", shown["created_at"].(string))
	until, _ := time.Parse("2006-01-02T15:04:05.000000", shown["guaranteed_until"].(string))
	if until.Sub(created) != 30*24*time.Hour {
		t.Errorf("%s to %s", created, until)
	}
	c.refused(t, "alt", "GET", "/messages/"+id, "", 404, "Message "+id+" could not be found.")
	c.refused(t, "alt", "DELETE", "/messages/"+id, "", 404, "Message "+id+" could not be found.")
	c.must(t, "admin", "GET", "/messages/"+id, "")
	if status, body := c.as("demo", "DELETE", "/messages/"+id, ""); status != 204 || body != "" {
		t.Errorf("%d %s", status, body)
	}
	c.refused(t, "demo", "GET", "/messages/"+id, "", 404, "Message "+id+" could not be found.")
}

func TestMessagesMakeRoomOnceTheirTimeIsUp(t *testing.T) {
	c := newTestCloud(t, func(cfg *Config, p *Ports) {
		p.Clock = sim.NewClock(sim.Manual, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), 0)
		p.Queue = sim.NewQueue(p.DB, p.Clock, p.Logger)
		cfg.MessageTTL = Duration(time.Hour)
	})
	c.tell("demo", "old", actionCopyVolumeToImage, detailUnknownError)
	_ = c.queue.Advance(t.Context(), time.Hour)
	c.tell("demo", "young", actionCopyVolumeToImage, detailUnknownError)
	if got := c.messageVolumes(t, "demo", "/messages"); got != "young old" {
		t.Errorf("an hour is promised: %s", got)
	}
	_ = c.queue.Advance(t.Context(), time.Minute)
	c.tell("demo", "newest", actionCopyVolumeToImage, detailUnknownError)
	if got := c.messageVolumes(t, "demo", "/messages"); got != "newest young" {
		t.Error(got)
	}
}

func TestMessageTexts(t *testing.T) {
	if got := messageAction("999").text() + ":" + messageDetail("999").text(); got != "unknown action:An unknown error occurred." {
		t.Error(got)
	}
	for i := range 16 {
		if messageAction(fmt.Sprintf("%03d", i+1)).text() == "unknown action" {
			t.Errorf("action %03d has no text", i+1)
		}
	}
}
