package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
)

func TestDataOfAVolumeByCommand(t *testing.T) {
	url, control, _ := serving(t)
	provider, err := openstack.AuthenticatedClient(t.Context(), gophercloud.AuthOptions{
		IdentityEndpoint: url + "/identity/v3", Username: "demo", Password: "secret", TenantName: "demo", DomainID: "default",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer provider.HTTPClient.CloseIdleConnections()
	cinder, err := openstack.NewBlockStorageV3(provider, gophercloud.EndpointOpts{})
	if err != nil {
		t.Fatal(err)
	}
	v, err := volumes.Create(t.Context(), cinder, volumes.CreateOpts{Size: 1}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	in, out := filepath.Join(t.TempDir(), "in"), filepath.Join(t.TempDir(), "out")
	if err := os.WriteFile(in, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ args, want string }{
		{"data write " + v.ID + " " + in + " --offset 100", "5 bytes are written to volume " + v.ID},
		{"data read " + v.ID + " --offset 101 --length 3", "ell"},
		{"data read " + v.ID + " --offset 100 --length 6 " + out, "6 bytes are in " + out},
	} {
		printed, err := command(t, append(strings.Fields(row.args), "--control", control)...)
		if err != nil || !strings.Contains(printed, row.want) {
			t.Errorf("%s: %v, %q; want %q", row.args, err, printed, row.want)
		}
	}
	if raw, err := os.ReadFile(out); string(raw) != "hello\x00" || err != nil {
		t.Errorf("%q, %v", raw, err)
	}
	for want, args := range map[string]string{
		"it does not exist":               "data read nobody",
		"want volume, snapshot or backup": "data read --kind image " + v.ID,
		"no such file":                    "data write " + v.ID + " " + in + ".not",
	} {
		if _, err := command(t, append(strings.Fields(args), "--control", control)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", args, err, want)
		}
	}
}
