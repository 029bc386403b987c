package glance_test

import (
	"io"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// The messages are those of glance/api/common.py, glance/quota and glance/api/v2/image_data.py.
func TestUserStorageQuota(t *testing.T) {
	cfg := empty()
	cfg.UserStorageQuota = "1KB"
	c := newCloud(t, cfg, release.Latest)
	first := c.active(strings.Repeat("a", 1000))
	id := c.create("admin", rawImage)
	c.want(c.upload("admin", id, strings.Repeat("b", 100)), 413, "Image exceeds the storage quota: The size of the data 100 will exceed the limit. 24 bytes remaining.")
	unsized := func(data string) answer {
		return c.send("admin", "PUT", "/v2/images/"+id+"/file", io.MultiReader(strings.NewReader(data)), "Content-Type", octets)
	}
	c.want(unsized(strings.Repeat("b", 100)), 413, "Image exceeds the storage quota: The size of the data 100 will exceed the limit. 24 bytes remaining.")
	if a := c.show(id); c.field(a, "status") != "queued" || c.field(a, "size") != nil {
		t.Error(a.body)
	}
	c.want(unsized(strings.Repeat("b", 24)), 204, "")
	other := c.create("admin", rawImage)
	c.want(c.send("admin", "PUT", "/v2/images/"+other+"/file", io.MultiReader(strings.NewReader("c")), "Content-Type", octets), 413,
		"Image exceeds the storage quota: The size of the data None will exceed the limit. 0 bytes remaining.")
	c.want(c.upload("demo", c.create("demo", rawImage), strings.Repeat("d", 1000)), 204, "")
	c.want(c.do("admin", "DELETE", "/v2/images/"+first, ""), 204, "")
	c.want(c.upload("admin", other, strings.Repeat("c", 1000)), 204, "")
}

func TestUserStorageQuotaIsChecked(t *testing.T) {
	for quota, ok := range map[string]bool{"": true, "0": true, "5B": true, "2TB": true, "-1": false, "5 GB": false, "1PB": false, "x": false} {
		cfg := empty()
		cfg.UserStorageQuota = quota
		if err := cfg.Validate(); (err == nil) != ok {
			t.Errorf("%q: %v", quota, err)
		}
	}
}

// limits are what Keystone would tell.
type limits map[string]int

func (l limits) of(_, resource string) (int, bool) {
	n, ok := l[resource]
	return n, ok
}

func overLimit(resource, numbers string) string {
	return "The request returned a 413 Request Entity Too Large. This generally means that rate limiting or a quota threshold was breached.\n\n" +
		"The response body:\nProject admin-project is over a limit for [Resource " + resource + " is over limit of " + numbers + "]"
}

// The messages are those of glance/common/exception.py and oslo_limit.
func TestUnifiedLimits(t *testing.T) {
	cfg := empty()
	cfg.UseKeystoneLimits = true
	cfg.UserStorageQuota = "1B" // does not count beside them
	l := limits{"image_size_total": 2, "image_count_total": 3, "image_count_uploading": 1, "image_stage_total": 1}
	c := newLimitedCloud(t, cfg, release.Latest, l.of)
	mib := strings.Repeat("x", 1<<20)
	c.wantBody(c.do("admin", "GET", "/v2/info/usage", ""), 200, `{"usage":{"image_count_total":{"usage":0,"limit":3},`+
		`"image_count_uploading":{"usage":0,"limit":1},"image_size_total":{"usage":0,"limit":2},"image_stage_total":{"usage":0,"limit":1}}}`)
	full := c.active(mib + mib)
	id := c.create("admin", rawImage)
	c.want(c.upload("admin", id, mib), 413, overLimit("image_size_total", "2 due to current usage 2 and delta 1"))
	c.want(c.do("admin", "PUT", "/v2/images/"+id+"/stage", mib+mib, "Content-Type", octets), 413, overLimit("image_stage_total", "1 due to current usage 0 and delta 2"))
	c.want(c.do("admin", "PUT", "/v2/images/"+id+"/stage", mib, "Content-Type", octets), 204, "")
	c.want(c.importImage("admin", id, `{"method": {"name": "glance-direct"}, "stores": ["fast"]}`), 202, "")
	if a := c.show(id); c.field(a, "status") != "queued" {
		t.Error(a.body)
	}
	if a := c.do("admin", "GET", "/v2/images/"+id+"/tasks", ""); !strings.Contains(a.body, "image_size_total is over limit of 2 due to current usage 2 and delta 1") {
		t.Error(a.body)
	}
	c.want(c.importImage("admin", full, `{"method": {"name": "copy-image"}, "stores": ["cheap"]}`), 202, "")
	if got := c.field(c.show(full), "stores"); got != "fast" {
		t.Errorf("copied to %v though there was no room to stage it", got)
	}
	c.create("admin", rawImage)
	c.want(c.do("admin", "POST", "/v2/images", rawImage), 413, overLimit("image_count_total", "3 due to current usage 3 and delta 1"))
	if a := c.send("admin", "PUT", "/v2/images/"+id+"/file", io.MultiReader(strings.NewReader("x")), "Content-Type", octets, "X-Openstack-Image-Size", "2097152"); a.status != 413 {
		t.Errorf("%d %s", a.status, a.body)
	}
	delete(l, "image_count_total")
	c.want(c.do("admin", "POST", "/v2/images", rawImage), 413, overLimit("image_count_total", "0 due to current usage 3 and delta 1"))
}

// Until uploads could say their size, what a project had alone counted (glance/api/v2/image_data.py of release Zed).
func TestUnifiedLimitsBeforeSizes(t *testing.T) {
	cfg := empty()
	cfg.UseKeystoneLimits = true
	l := limits{"image_size_total": 1, "image_count_total": 4, "image_count_uploading": 2, "image_stage_total": 1}
	c := newLimitedCloud(t, cfg, release.Zed, l.of)
	c.active(strings.Repeat("x", 2<<20))
	c.want(c.upload("admin", c.create("admin", rawImage), "x"), 413, overLimit("image_size_total", "1 due to current usage 2 and delta 0"))
	c.want(c.do("admin", "PUT", "/v2/images/"+c.create("admin", rawImage)+"/stage", strings.Repeat("x", 2<<20), "Content-Type", octets), 204, "")
	c.want(c.do("admin", "PUT", "/v2/images/"+c.create("admin", rawImage)+"/stage", "x", "Content-Type", octets), 413,
		overLimit("image_stage_total", "1 due to current usage 2 and delta 0"))
}
