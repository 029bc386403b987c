package emulator_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/cinder"
)

// passedOn asks with a user's token and, unless it is empty, a service's. It tells the status alone.
type passedOn struct {
	emu  *emulator.Emulator
	user string
}

func (p passedOn) ask(t *testing.T, method, path, service, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, "http://cloud.test"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if p.user != "" {
		request.Header.Set("X-Auth-Token", p.user)
	}
	if service != "" {
		request.Header.Set("X-Service-Token", service)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := p.emu.Transport().RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// tokenOf logs in one of the default cloud's users: in the project of the same name or, if it is a service's, in theirs.
func tokenOf(t *testing.T, emu *emulator.Emulator, user string) string {
	t.Helper()
	opts := emu.AuthOptions(user)
	if user == "cinder" {
		opts.Scope = &gophercloud.AuthScope{ProjectName: "service", DomainID: "default"}
	}
	client, err := openstack.NewClient("http://cloud.test/identity/v3")
	if err != nil {
		t.Fatal(err)
	}
	opts.IdentityEndpoint = client.IdentityEndpoint
	client.HTTPClient = http.Client{Transport: emu.Transport()}
	if err := openstack.Authenticate(t.Context(), client, opts); err != nil {
		t.Fatal(err)
	}
	return client.TokenID
}

const (
	volumesPath = "/volume/v3/volumes"
	imagesPath  = "/image/v2/images"
	ownProjects = "/identity/v3/auth/projects"
)

// The statuses are those of a real cloud whose Cinder has service_token_roles_required, and, where it is off, keystonemiddleware's
// process_request.
func TestServiceTokens(t *testing.T) {
	for _, strict := range []bool{true, false} {
		emu := emulator.Start(t, emulator.WithCinder(func(c *cinder.Config) { c.ServiceTokenRolesRequired = strict }))
		demo := passedOn{emu, tokenOf(t, emu, "demo")}
		unlessStrict := map[bool]int{true: 401, false: 200}[strict]
		for _, tc := range []struct {
			name, service string
			volumes       int
		}{
			{"none", "", 200},
			{"a service's", tokenOf(t, emu, "cinder"), 200},
			{"an administrator's", tokenOf(t, emu, "admin"), unlessStrict},
			{"its own", demo.user, unlessStrict},
			{"garbage", "nope", 401},
		} {
			for path, want := range map[string]int{volumesPath: tc.volumes, imagesPath: 200, ownProjects: 200} {
				if got, text := demo.ask(t, "GET", path, tc.service, ""); got != want {
					t.Errorf("strict %t, %s: %s: %d, want %d: %s", strict, tc.name, path, got, want, text)
				}
			}
			if got, text := (passedOn{emu, ""}).ask(t, "GET", volumesPath, tc.service, ""); got != 401 {
				t.Errorf("%s alone: %d %s", tc.name, got, text)
			}
		}
	}
}

// A user's token may have expired by two days (keystone, [token] allow_expired_window) when a service sends its own with it.
func TestExpiredTokenOfServicesUser(t *testing.T) {
	emu := emulator.Start(t)
	demo := passedOn{emu, tokenOf(t, emu, "demo")}
	statuses := func(service string) string {
		t.Helper()
		var all []any
		for _, path := range []string{volumesPath, imagesPath, ownProjects} {
			status, _ := demo.ask(t, "GET", path, service, "")
			all = append(all, status)
		}
		return fmt.Sprint(all...)
	}
	before := tokenOf(t, emu, "cinder")
	emu.Advance(25 * time.Hour)
	for _, tc := range []struct{ name, service, want string }{
		{"none", "", "401 401 401"},
		{"expired", before, "401 401 401"},
		{"administrator", tokenOf(t, emu, "admin"), "401 401 401"},
		{"service", tokenOf(t, emu, "cinder"), "200 200 401"},
	} {
		if got := statuses(tc.service); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
	emu.Advance(48 * time.Hour)
	if got := statuses(tokenOf(t, emu, "cinder")); got != "401 401 401" {
		t.Errorf("after two days: %s", got)
	}
}

// Of several attachments of a volume only a service may detach without naming a server (cinder/volume/api.py,
// attachment_deletion_allowed and is_service_request): whether the roles of its token are those configured.
func TestServiceRolesAreConfigured(t *testing.T) {
	for _, tc := range []struct {
		roles []string
		want  int
	}{
		{nil, 202},
		{[]string{"scheduler", "service"}, 202},
		{[]string{"scheduler"}, 409},
	} {
		emu := emulator.Start(t, emulator.WithCinder(func(c *cinder.Config) { c.ServiceTokenRoles = tc.roles }))
		demo := passedOn{emu, tokenOf(t, emu, "demo")}
		admin := passedOn{emu, tokenOf(t, emu, "admin")}
		status, text := admin.ask(t, "POST", "/volume/v3/types", "", `{"volume_type": {"name": "many", "extra_specs": {"multiattach": "<is> True"}}}`)
		if status != 200 {
			t.Fatal(text)
		}
		status, text = demo.ask(t, "POST", volumesPath, "", `{"volume": {"size": 1, "volume_type": "many"}}`)
		_, after, _ := strings.Cut(text, `"id":"`)
		id, _, _ := strings.Cut(after, `"`)
		if status != 202 || id == "" {
			t.Fatal(text)
		}
		emu.Settle()
		action := volumesPath + "/" + id + "/action"
		for _, server := range []string{"11111111-2222-3333-4444-555555555555", "11111111-2222-3333-4444-666666666666"} {
			body := fmt.Sprintf(`{"os-attach": {"instance_uuid": %q, "mountpoint": "/dev/vdb"}}`, server)
			if status, text := demo.ask(t, "POST", action, "", body); status != 202 {
				t.Fatal(text)
			}
		}
		const end = `{"os-terminate_connection": {"connector": {"host": "h"}}}`
		if status, text := demo.ask(t, "POST", action, "", end); status != 409 {
			t.Errorf("by the user: %d %s", status, text)
		}
		if status, text := demo.ask(t, "POST", action, tokenOf(t, emu, "cinder"), end); status != tc.want {
			t.Errorf("roles %v: %d %s, want %d", tc.roles, status, text, tc.want)
		}
	}
}
