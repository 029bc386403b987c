package nova_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/imagedata"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
)

// names are those of what a list shows, in its order, or the status and what is said otherwise.
func (l *lab) names(user, version, path, key string) string {
	l.Helper()
	status, body := l.send(user, version, http.MethodGet, path, "")
	if status != http.StatusOK {
		return fmt.Sprint(status, " ", body["badRequest"].(map[string]any)["message"])
	}
	var names []string
	for _, row := range body[key].([]any) {
		names = append(names, row.(map[string]any)["name"].(string))
	}
	return strings.Join(names, " ")
}

// By nova/api/openstack/compute/flavors.py, _get_flavors.
func TestFlavorsAreFiltered(t *testing.T) {
	l := newLab(t)
	l.send("admin", "2.1", "POST", "flavors", `{"flavor": {"name": "secret", "id": "9", "ram": 64, "vcpus": 3, "disk": 0, "os-flavor-access:is_public": false}}`)
	for _, test := range []struct{ user, query, want string }{
		{"demo", "", "m1.tiny m1.small m1.medium m1.large m1.xlarge"},
		{"demo", "?is_public=None", "m1.tiny m1.small m1.medium m1.large m1.xlarge"},
		{"admin", "", "m1.tiny m1.small m1.medium m1.large m1.xlarge"},
		{"admin", "?is_public=none", "m1.tiny m1.small m1.medium m1.large m1.xlarge secret"},
		{"admin", "?is_public=False", "secret"},
		{"admin", "?is_public=x", "400 Invalid is_public filter [x]"},
		{"demo", "?minRam=4096", "m1.medium m1.large m1.xlarge"},
		{"demo", "?minDisk=80&sort_key=memory_mb&sort_dir=desc", "m1.xlarge m1.large"},
		{"demo", "?minRam=a", "400 Invalid minRam filter [a]"},
		{"demo", "?sort_key=name&limit=2", "m1.large m1.medium"},
	} {
		if got := l.names(test.user, "2.1", "flavors"+test.query, "flavors"); got != test.want {
			t.Errorf("%s %s: %s; want %s", test.user, test.query, got, test.want)
		}
	}
	if status, body := l.send("demo", "2.1", "GET", "flavors/9", ""); status != 404 {
		t.Errorf("%d %v", status, body)
	}
	image := l.cirros()
	server := `{"server": {"name": "x", "flavorRef": "9", "imageRef": "` + image + `"}}`
	if status, body := l.send("demo", "2.1", "POST", "servers", server); status != 400 || !strings.Contains(fmt.Sprint(body), "Flavor 9 could not be found.") {
		t.Errorf("a flavor of others: %d %v", status, body)
	}
	if status, body := l.send("admin", "2.1", "POST", "servers", server); status != 202 {
		t.Errorf("a flavor without a disk, by an administrator: %d %v", status, body)
	}
}

// By nova/api/openstack/compute/servers.py, _get_servers.
func TestServersAreFiltered(t *testing.T) {
	l := newLab(t)
	image := l.cirros()
	for _, s := range []struct{ user, name, flavor string }{{"demo", "ash", "1"}, {"demo", "birch-1", "2"}, {"demo", "birch-2", "1"}, {"alt_demo", "cedar", "1"}} {
		body := fmt.Sprintf(`{"server": {"name": %q, "flavorRef": %q, "imageRef": %q}}`, s.name, s.flavor, image)
		if status, answer := l.send(s.user, "2.1", "POST", "servers", body); status != 202 {
			t.Fatalf("%d %v", status, answer)
		}
	}
	_, body := l.send("demo", "2.1", "GET", "servers/detail?name=ash", "")
	ash := body["servers"].([]any)[0].(map[string]any)
	project := ash["tenant_id"].(string)
	for _, test := range []struct{ user, version, query, want string }{
		{"demo", "2.1", "", "birch-2 birch-1 ash"},
		{"demo", "2.1", "?name=birch", "birch-2 birch-1"},
		{"demo", "2.1", "?name=^b.*1$", "birch-1"},
		{"demo", "2.1", "?flavor=1", "birch-2 ash"},
		{"demo", "2.1", "?image=" + image + "&flavor=2", "birch-1"},
		{"demo", "2.1", "?image=other", ""},
		{"demo", "2.1", "?status=active", "birch-2 birch-1 ash"},
		{"demo", "2.1", "?status=BUILD&status=ERROR", ""},
		{"demo", "2.1", "?status=asleep", ""},
		{"demo", "2.38", "?status=asleep", "400 Invalid status value"},
		{"demo", "2.1", "?sort_key=display_name&sort_dir=asc", "ash birch-1 birch-2"},
		{"demo", "2.1", "?sort_key=display_name", "birch-2 birch-1 ash"},
		{"demo", "2.1", "?host=elsewhere", "birch-2 birch-1 ash"},
		{"demo", "2.1", "?tenant_id=other", "birch-2 birch-1 ash"},
		{"admin", "2.1", "?tenant_id=" + project, ""},
		{"admin", "2.1", "?all_tenants=1&tenant_id=" + project, "birch-2 birch-1 ash"},
		{"admin", "2.1", "?all_tenants=1", "cedar birch-2 birch-1 ash"},
		{"admin", "2.1", "?all_tenants=1&host=elsewhere", ""},
		{"demo", "2.1", "?changes-since=2000-01-01T00:00:00Z&name=ash", "ash"},
		{"demo", "2.1", "?changes-since=2999-01-01T00:00:00Z", ""},
	} {
		if got := l.names(test.user, test.version, "servers"+test.query, "servers"); got != test.want {
			t.Errorf("%s %s %s: %s; want %s", test.user, test.version, test.query, got, test.want)
		}
	}
}

// By nova/compute/api.py, _validate_flavor_image_nostatus.
func TestImagesThatFlavorsAreTooSmallFor(t *testing.T) {
	l := newLab(t)
	for name, test := range map[string]struct {
		opts   images.CreateOpts
		device string
		want   string
	}{
		"memory": {images.CreateOpts{MinRAM: 600}, "", "Flavor's memory is too small for requested image."},
		"disk": {
			images.CreateOpts{MinDisk: 2},
			"",
			"Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is 1073741824 bytes, minimum size is 2147483648 bytes.",
		},
		"a volume as the disk": {
			images.CreateOpts{MinDisk: 2},
			`, "block_device_mapping_v2": [{"boot_index": 0, "source_type": "image", "destination_type": "volume", "uuid": "IMAGE", "volume_size": 3}]`, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := l.cloud.Image(t)
			test.opts.Name, test.opts.DiskFormat, test.opts.ContainerFormat = name, "raw", "bare"
			image, err := images.Create(t.Context(), c, test.opts).Extract()
			l.must(err)
			l.must(imagedata.Upload(t.Context(), c, image.ID, bytes.NewReader([]byte("hello"))).ExtractErr())
			body := `{"server": {"name": "x", "flavorRef": "1", "imageRef": "` + image.ID + `"` + strings.ReplaceAll(test.device, "IMAGE", image.ID) + `}}`
			status, answer := l.send("demo", "2.1", "POST", "servers", body)
			if want := map[bool]int{true: 202, false: 400}[test.want == ""]; status != want || !strings.Contains(fmt.Sprint(answer), test.want) {
				t.Errorf("%d %v", status, answer)
			}
		})
	}
}

// What upstream can do with a server and this cannot is not taken for a mistake.
func TestActionsThatAreNotEmulated(t *testing.T) {
	l := newLab(t)
	box := l.bootedFrom(l.volume(), false)
	for action, want := range map[string]int{"rescue": 501, "migrate": 501, "unshelve": 501, "addFloatingIp": 501, "dance": 400} {
		if status, body := l.send("admin", "2.1", "POST", "servers/"+box+"/action", `{"`+action+`": {}}`); status != want {
			t.Errorf("%s: %d %v", action, status, body)
		}
	}
}
