package nova_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator"
)

// FuzzRequests sends what it likes to Compute, as an administrator: nothing is a failure of the service's own.
func FuzzRequests(f *testing.F) {
	cloud, err := emulator.New(emulator.WithCompute(), emulator.WithSeed(7))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = cloud.Close() })
	ask := func(method, path, version, token, body string) *http.Response {
		r := httptest.NewRequest(method, "http://cloud.test/", strings.NewReader(body))
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(path, "?")
		r.Header.Set("X-Auth-Token", token)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("OpenStack-API-Version", "compute "+version)
		w := httptest.NewRecorder()
		cloud.Handler().ServeHTTP(w, r)
		return w.Result()
	}
	login := ask("POST", emulator.IdentityPath+"/v3/auth/tokens", "", "", `{"auth": {"identity": {"methods": ["password"], "password": {"user":
		{"name": "admin", "domain": {"id": "default"}, "password": "secret"}}}, "scope": {"project": {"name": "admin", "domain": {"id": "default"}}}}}`)
	token := login.Header.Get("X-Subject-Token")
	if token == "" {
		f.Fatal(login.Status)
	}
	const blank = `{"server": {"name": "box", "flavorRef": "1", "networks": "none", "block_device_mapping_v2": [
		{"source_type": "blank", "destination_type": "volume", "volume_size": 1, "boot_index": 0, "delete_on_termination": true}]}}`
	if made := ask("POST", emulator.ComputePath+"/v2.1/servers", "2.79", token, blank); made.StatusCode != http.StatusAccepted {
		body, _ := io.ReadAll(made.Body)
		f.Fatalf("%s %s", made.Status, body)
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(serverListed(ask("GET", emulator.ComputePath+"/v2.1/servers", "2.1", token, "")), `{"servers": [{"id": "`), `"`)
	before := cloud.Snapshot()
	methods := []string{"GET", "POST", "PUT", "DELETE"}
	for _, seed := range [][4]string{
		{"POST", "/servers", "2.79", blank},
		{"POST", "/servers", "2.1", `{"server": {"name": "x", "flavorRef": 1, "imageRef": "", "networks": [{"uuid": "11111111-2222-3333-4444-555555555555"}, {"port": null}]}}`},
		{"POST", "/servers/{id}/action", "2.1", `{"os-stop": null}`},
		{"POST", "/servers/{id}/action", "2.1", `{"reboot": {"type": "HARD"}}`},
		{"POST", "/servers/{id}/os-volume_attachments", "2.89", `{"volumeAttachment": {"volumeId": "11111111-2222-3333-4444-555555555555", "device": "/dev/vdb"}}`},
		{"PUT", "/servers/{id}", "2.94", `{"server": {"name": "y", "description": null}}`},
		{"POST", "/os-server-external-events", "2.51", `{"events": [{"name": "volume-extended", "server_uuid": "{id}", "tag": "x"}]}`},
		{"POST", "/flavors", "2.55", `{"flavor": {"name": "f", "ram": 1, "vcpus": 1, "disk": 0, "id": "auto"}}`},
		{"GET", "/servers/detail?limit=1&marker={id}&sort_key=name&name=%5B", "2.96", ""},
		{"GET", "/servers/{id}/os-instance-actions?changes-since=x", "2.84", ""},
	} {
		f.Add(uint8(slices.Index(methods, seed[0])), seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, nth uint8, path, version, body string) {
		method := methods[int(nth)%len(methods)]
		fill := strings.NewReplacer("{id}", id)
		got := ask(method, emulator.ComputePath+"/v2.1"+fill.Replace(path), version, token, fill.Replace(body))
		if got.StatusCode == http.StatusInternalServerError {
			text, _ := io.ReadAll(got.Body)
			t.Errorf("%s %s %s %s: %s", method, path, version, body, text)
		}
		if method != http.MethodGet {
			if err := cloud.Restore(before); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func serverListed(r *http.Response) string {
	body, _ := io.ReadAll(r.Body)
	return string(body)
}
