package cinder

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// fakeNova answers with what a test sets, and notes what it was asked.
type fakeNova struct {
	status int
	body   string
	asked  []string
}

func (n *fakeNova) port(_ *Config, p *Ports) {
	p.ComputeEndpoint, p.ServiceToken = "http://nova.test/compute", func() (string, error) { return "cinders-own", nil }
	p.Compute = roundTrip(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		n.asked = append(n.asked, strings.TrimSpace(fmt.Sprint(r.Header.Get("X-Auth-Token"), " ", r.Header.Get("OpenStack-API-Version"), " ",
			r.Method, " ", r.URL.Path, " ", string(body))))
		w := httptest.NewRecorder()
		w.WriteHeader(n.status)
		fmt.Fprint(w, n.body)
		return w.Result(), err
	})
}

const detached200 = `{"attachments":[]}`

// What upstream makes of Nova's answers about an attachment, by volume/api.py and api/middleware/fault.py; the texts are
// webob's.
func TestWhoMayDetach(t *testing.T) {
	conflict := fmt.Sprintf(`{"conflictingRequest":{"code":409,"message":"ConflictNovaUsingAttachment: `+
		`Detach volume from instance %s using the Compute API"}}`, serverOne)
	for name, test := range map[string]struct {
		nova   int
		body   string // of Nova's; %s is the attachment
		server bool   // the attachment is for one
		host   bool   // and was given to a host
		status int
		want   string
	}{
		"the server has it":                   {200, `{"volumeAttachment":{"attachment_id": "%s"}}`, true, true, 409, conflict},
		"the server has it by another":        {200, `{"volumeAttachment":{"attachment_id": "other%.0s"}}`, true, true, 200, detached200},
		"Nova knows nothing of it":            {404, "{}%.0s", true, true, 200, detached200},
		"no host has it":                      {0, "%.0s", true, false, 200, detached200},
		"no server has it":                    {0, "%.0s", false, true, 200, detached200},
		"Nova is down":                        {503, "%.0s", true, true, 503, `{"serviceUnavailable":{"code":503,"message":"The server is currently unavailable. Please try again at a later time."}}`},
		"Nova says no":                        {403, "%.0s", true, true, 403, `{"forbidden":{"code":403,"message":"Access was denied to this resource."}}`},
		"Nova breaks":                         {500, "%.0s", true, true, 500, `{"computeFault":{"code":500,"message":"` + serverError + `"}}`},
		"Nova answers what is no JSON at all": {200, "no%.0s", true, true, 500, `{"computeFault":{"code":500,"message":"` + serverError + `"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			nova := new(fakeNova)
			c := newTestCloud(t, nova.port)
			v, more := c.newVolume(t, ""), ""
			if test.server {
				more += `, "instance_uuid": "` + serverOne + `"`
			}
			if test.host {
				more += `, "connector": ` + testHost
			}
			a := c.attachmentOf(t, v, more)
			nova.status, nova.body = test.nova, fmt.Sprintf(test.body, strings.TrimPrefix(a, "/attachments/"))
			if status, body := c.as("demo", "DELETE", a, ""); status != test.status || strings.TrimSpace(body) != test.want {
				t.Errorf("%d %s", status, body)
			}
			var want []string
			if test.nova != 0 {
				want = []string{"demo compute 2.89 GET /compute/v2.1/servers/" + serverOne + "/os-volume_attachments/" + v}
			}
			if fmt.Sprint(nova.asked) != fmt.Sprint(want) {
				t.Errorf("asked: %q", nova.asked)
			}
		})
	}
}

// Every way to take a volume from a server asks, but for a service.
func TestWaysToDetach(t *testing.T) {
	nova := new(fakeNova)
	c := newTestCloud(t, nova.port)
	v := c.newVolume(t, "")
	a := c.attachmentOf(t, v, `, "instance_uuid": "`+serverOne+`", "connector": `+testHost)
	id := strings.TrimPrefix(a, "/attachments/")
	nova.status, nova.body = 200, `{"volumeAttachment": {"attachment_id": "`+id+`"}}`
	const message = "ConflictNovaUsingAttachment: Detach volume from instance " + serverOne + " using the Compute API"
	for _, body := range []string{
		`{"os-detach": {"attachment_id": "` + id + `"}}`, `{"os-detach": {}}`, `{"os-terminate_connection": {"connector": {"host": "h"}}}`,
		`{"os-force_detach": {"attachment_id": "` + id + `"}}`,
	} {
		if status, answer := c.as("admin", "POST", "/volumes/"+v+"/action", body); status != 409 || !strings.Contains(answer, message) {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}
	if len(nova.asked) != 4 {
		t.Errorf("asked: %q", nova.asked)
	}
	c.front.Tokens = serviceTokens{}
	c.must(t, "demo", "DELETE", a, "")
	if len(nova.asked) != 4 {
		t.Errorf("for a service, too: %q", nova.asked)
	}
}

// Servers hear of a volume that has grown; a user reads it when they do not (compute/nova.py, _send_events).
func TestServersHearOfVolumesThatGrow(t *testing.T) {
	const event = `{"name":"volume-extended","server_uuid":"` + serverOne + `","tag":"`
	for name, test := range map[string]struct {
		status int
		body   string
		told   bool
	}{
		"heard":              {200, `{"events": [{"code": 200}]}`, true},
		"heard by some":      {207, `{"events": [{"code": 422}]}`, true},
		"an answer too few":  {200, `{"events": [{}]}`, false},
		"no such server":     {404, `{}`, false},
		"Nova is not there":  {503, ``, false},
		"what is no JSON":    {200, `no`, false},
		"a cloud without it": {0, ``, false},
	} {
		t.Run(name, func(t *testing.T) {
			nova := &fakeNova{status: test.status, body: test.body}
			c := newTestCloud(t, nova.port)
			if test.status == 0 {
				c.compute = nil
			}
			v := c.newVolume(t, "")
			a := c.attachmentOf(t, v, `, "instance_uuid": "`+serverOne+`", "connector": `+testHost)
			c.must(t, "demo", "POST", a+"/action", `{"os-complete": {}}`)
			c.must(t, "demo", "POST", "/volumes/"+v+"/action", `{"os-extend": {"new_size": 2}}`)
			shown := c.must(t, "demo", "GET", "/volumes/"+v, "")["volume"].(map[string]any)
			if shown["status"] != "in-use" || shown["size"] != 2.0 {
				t.Errorf("%v", shown)
			}
			messages := fmt.Sprint(c.must(t, "demo", "GET", "/messages", "")["messages"])
			if told := messages == "[]"; told != test.told || !told && !strings.Contains(messages, "extend volume:Compute service failed to extend volume.") {
				t.Error(messages)
			}
			var want []string
			if test.status != 0 {
				want = []string{"cinders-own compute 2.51 POST /compute/v2.1/os-server-external-events {\"events\":[" + event + v + "\"}]}"}
			}
			if fmt.Sprint(nova.asked) != fmt.Sprint(want) {
				t.Errorf("asked: %q", nova.asked)
			}
		})
	}
}

// serviceTokens makes every request one that a service passes on.
type serviceTokens struct{ testTokens }

func (s serviceTokens) Authenticate(ctx context.Context, token string) (*httpapi.Identity, error) {
	id, err := s.testTokens.Authenticate(ctx, token)
	if err == nil {
		id.Creds.ServiceRoles = []string{"service"}
	}
	return id, err
}
