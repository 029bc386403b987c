//go:build !server

package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/imagedata"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
)

// FAUXSTACK_S3 is the URL of a bucket on a real server; scripts/s3.sh brings one. An image goes there through the API, comes
// back whole and in part, is there when the server starts again, and goes.
func TestServeWithABucket(t *testing.T) {
	bucket := os.Getenv("FAUXSTACK_S3")
	if bucket == "" {
		t.Skip("FAUXSTACK_S3 names no bucket")
	}
	dir := t.TempDir()
	fixture := filepath.Join(dir, "far.yaml")
	text := fmt.Sprintf("image:\n  default_store: far\n  stores:\n    - {id: far, type: s3, bucket: %q}\n    - {id: near}\n", bucket)
	if err := os.WriteFile(fixture, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(dir, "data")
	data := strings.Repeat("0123456789abcdef", 1<<18) // 4 MiB
	id := ""
	t.Run("first", func(t *testing.T) {
		glance := imageService(t, fixture, kept)
		img, err := images.Create(t.Context(), glance, images.CreateOpts{Name: "far away", DiskFormat: "raw", ContainerFormat: "bare"}).Extract()
		if err != nil {
			t.Fatal(err)
		}
		id = img.ID
		if err := imagedata.Upload(t.Context(), glance, id, strings.NewReader(data)).ExtractErr(); err != nil {
			t.Fatal(err)
		}
		img, err = images.Get(t.Context(), glance, id).Extract()
		if err != nil || img.Status != images.ImageStatusActive || img.SizeBytes != int64(len(data)) || img.Properties["stores"] != "far" {
			t.Errorf("%+v, %v", img, err)
		}
		if got := imageData(t, glance, id, ""); got != data {
			t.Errorf("%d bytes came back, not as they went", len(got))
		}
	})
	t.Run("again", func(t *testing.T) {
		glance := imageService(t, fixture, kept)
		if got, want := imageData(t, glance, id, "bytes=1048570-2097170"), data[1048570:2097171]; got != want {
			t.Errorf("a range of %d bytes came as %d", len(want), len(got))
		}
		if err := images.Delete(t.Context(), glance, id).ExtractErr(); err != nil {
			t.Error(err)
		}
		if _, err := images.Get(t.Context(), glance, id).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
			t.Errorf("deleted: %v", err)
		}
	})
}

// imageService is the Glance of a server with a fixture that keeps what it has in a directory.
func imageService(t *testing.T, fixture, kept string) *gophercloud.ServiceClient {
	t.Helper()
	url, _, _ := serving(t, "--fixture", fixture, "--data", kept)
	provider, err := openstack.AuthenticatedClient(t.Context(), gophercloud.AuthOptions{
		IdentityEndpoint: url + "/identity/v3", Username: "demo", Password: "secret", TenantName: "demo", DomainID: "default",
	})
	if err != nil {
		t.Fatal(err)
	}
	client, err := openstack.NewImageV2(provider, gophercloud.EndpointOpts{Region: "RegionOne"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(provider.HTTPClient.CloseIdleConnections)
	return client
}

// imageData downloads an image, or a range of it.
func imageData(t *testing.T, glance *gophercloud.ServiceClient, id, part string) string {
	t.Helper()
	opts := &gophercloud.RequestOpts{KeepResponseBody: true, OkCodes: []int{http.StatusOK, http.StatusPartialContent}}
	if part != "" {
		opts.MoreHeaders = map[string]string{"Range": part}
	}
	resp, err := glance.Get(t.Context(), glance.ServiceURL("images", id, "file"), nil, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if want := map[bool]int{true: http.StatusPartialContent, false: http.StatusOK}[part != ""]; resp.StatusCode != want {
		t.Errorf("%d", resp.StatusCode)
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
