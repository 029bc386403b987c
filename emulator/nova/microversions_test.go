package nova_test

import (
	"net/http"
	"strings"
	"testing"
)

// Expectations are those of nova/api/openstack/wsgi.py, set_api_version_request, and nova/exception.py.
func TestMicroversionsAreNegotiated(t *testing.T) {
	l := newLab(t)
	for _, test := range []struct {
		name, header, value string
		status              int
		want                string
	}{
		{"none", "", "", 200, "2.1"},
		{"one", "OpenStack-API-Version", "compute 2.60", 200, "2.60"},
		{"the old header", "X-OpenStack-Nova-API-Version", "2.47", 200, "2.47"},
		{"the latest", "OpenStack-API-Version", "compute latest", 200, "2.96"},
		{"another service's", "OpenStack-API-Version", "volume 3.70", 200, "2.1"},
		{"one too new", "OpenStack-API-Version", "compute 2.999", 406, ""},
		{"no version", "OpenStack-API-Version", "compute two", 400, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, l.compute.Endpoint+"servers", http.NoBody)
			l.must(err)
			r.Header.Set("X-Auth-Token", l.compute.Token())
			if test.header != "" {
				r.Header.Set(test.header, test.value)
			}
			resp, err := l.cloud.Transport().RoundTrip(r)
			l.must(err)
			defer resp.Body.Close()
			if resp.StatusCode != test.status {
				t.Fatalf("%d; want %d", resp.StatusCode, test.status)
			}
			if got := resp.Header.Get("X-Openstack-Nova-Api-Version"); got != test.want {
				t.Errorf("answered in %q; want %q", got, test.want)
			}
		})
	}
}

// A fork has its parent's servers, and what it does to them is its own.
func TestForksHaveServersOfTheirOwn(t *testing.T) {
	l := newLab(t)
	box := l.bootedFrom(l.volume(), false)
	fork, err := l.cloud.Fork()
	l.must(err)
	defer fork.Close()
	ask := func(method string, through http.RoundTripper, want int) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, l.compute.Endpoint+"servers/"+box, http.NoBody)
		l.must(err)
		r.Header.Set("X-Auth-Token", l.compute.Token())
		resp, err := through.RoundTrip(r)
		l.must(err)
		defer resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %d; want %d", method, resp.StatusCode, want)
		}
	}
	ask(http.MethodDelete, fork.Transport(), 204)
	ask(http.MethodGet, fork.Transport(), 404)
	ask(http.MethodGet, l.cloud.Transport(), 200)
}

func TestWhatIsNotListedIsNotEmulated(t *testing.T) {
	l := newLab(t)
	for path, want := range map[string]int{"/v2.1/os-aggregates": 501, "/v2.1/os-hypervisors": 501, "/v3": 404} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.TrimSuffix(l.compute.Endpoint, "/v2.1/")+path, nil)
		l.must(err)
		r.Header.Set("X-Auth-Token", l.compute.Token())
		resp, err := l.cloud.Transport().RoundTrip(r)
		l.must(err)
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %d; want %d", path, resp.StatusCode, want)
		}
	}
}
