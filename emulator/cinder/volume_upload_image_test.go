package cinder_test

import (
	"bytes"
	"io"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

const blankGiB = "cd573cfaace07e7949bc0c46028904ff" // md5 of 1 GiB of zeros, as the reference cloud has it

const (
	uploadFailed  = "copy volume to image:Failed to upload volume to image at backend."
	quotaExceeded = "copy volume to image:Not enough quota resource for operation."
	driverDown    = "copy volume to image:Driver is not initialized at present."
)

func TestUploadGoesToTheStoreOfTheType(t *testing.T) {
	p := newPair(t)
	for specs, store := range map[string]string{"": "fast", "cheap": "cheap", "reliable": "reliable"} {
		fields := object{"size": 1}
		if specs != "" {
			fields["volume_type"] = p.typeWith(object{"image_service:store_id": specs})
		}
		volume := p.volume("demo", fields)
		image := p.must("demo", "GET", p.upload("demo", volume, object{"image_name": "x"}), nil)
		if image["stores"] != store || image["status"] != "active" || image["checksum"] != blankGiB || image["visibility"] != "private" {
			t.Errorf("type with %q: %v", specs, image)
		}
		if v := p.show("demo", volume); v["status"] != "available" {
			t.Errorf("volume is %v", v["status"])
		}
	}
	if told := p.messages("demo"); len(told) > 0 {
		t.Errorf("told: %v", told)
	}
}

// What the upload does when Glance refuses the data, row by row of what upstream does.
func TestUploadThatFailsLate(t *testing.T) {
	remove := func(p *pair) error { return p.glance.RemoveStore("cheap") }
	change := func(change func(*glance.StoreConfig)) func(*pair) error {
		return func(p *pair) error { return p.glance.SetStore("cheap", change) }
	}
	status := func(status int) func(*pair) error {
		return func(p *pair) error {
			p.intercept = func(r *http.Request) *http.Response {
				if r.Method != http.MethodPut {
					return nil
				}
				return &http.Response{StatusCode: status, Body: http.NoBody, Header: http.Header{}, Request: r}
			}
			return nil
		}
	}
	for name, tc := range map[string]struct {
		spoil   func(*pair) error
		message string
		tries   int
		stays   string // status of the image, "" when it is gone
		params  object
	}{
		"the store is gone":           {remove, uploadFailed, 1, "", nil},
		"the store became read-only":  {change(func(s *glance.StoreConfig) { s.Type = "http" }), uploadFailed, 1, "", nil},
		"the store is full":           {change(func(s *glance.StoreConfig) { s.Full = true }), quotaExceeded, 1, "", nil},
		"the store has no room":       {change(func(s *glance.StoreConfig) { s.Capacity = 1 << 20 }), quotaExceeded, 1, "", nil},
		"the store denies writes":     {change(func(s *glance.StoreConfig) { s.DenyWrites = true }), uploadFailed, 4, "", nil},
		"Glance limits it":            {status(http.StatusRequestEntityTooLarge), quotaExceeded, 1, "", nil},
		"Glance breaks":               {status(http.StatusInternalServerError), uploadFailed, 1, "", nil},
		"the image is protected":      {remove, uploadFailed, 1, "queued", object{"image_name": "x", "protected": true}},
		"the driver is uninitialised": {func(p *pair) error { return p.cinder.SetDriverInitialized("lvmdriver-1", false) }, driverDown, 0, "queued", nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPair(t)
			volume := p.volume("demo", object{"size": 1, "volume_type": p.typeWith(object{
				"image_service:store_id": "cheap", "volume_backend_name": "lvmdriver-1",
			})})
			if p.show("demo", volume)["status"] != "available" {
				t.Fatal(p.show("demo", volume))
			}
			if err := tc.spoil(p); err != nil {
				t.Fatal(err)
			}
			params := tc.params
			if params == nil {
				params = object{"image_name": "x"}
			}
			image := p.upload("demo", volume, params)
			if v := p.show("demo", volume); v["status"] != "available" {
				t.Errorf("the volume is %v", v["status"])
			}
			if told := p.messages("demo"); !slices.Equal(told, []string{tc.message}) {
				t.Errorf("told: %q", told)
			}
			puts := 0
			for _, asked := range p.asked {
				if strings.HasPrefix(asked, "PUT ") {
					puts++
				}
			}
			if puts != tc.tries {
				t.Errorf("%d tries: %v", puts, p.asked)
			}
			a := p.ask("demo", "GET", image, nil)
			if tc.stays == "" && a.status != 404 || tc.stays != "" && !strings.Contains(a.body, `"status": "`+tc.stays) && !strings.Contains(a.body, `"status":"`+tc.stays) {
				t.Errorf("the image: %d %s", a.status, a.body)
			}
		})
	}
}

func TestUploadToASingleStoreIgnoresTheSpec(t *testing.T) {
	p := newPair(t, func(s *setup) { s.glance.SingleStore = true })
	volume := p.volume("demo", object{"size": 1, "volume_type": p.typeWith(object{"image_service:store_id": "nowhere"})})
	image := p.must("demo", "GET", p.upload("demo", volume, object{"image_name": "x"}), nil)
	if _, shown := image["stores"]; shown || image["status"] != "active" {
		t.Errorf("%v", image)
	}
}

func TestUploadRefusals(t *testing.T) {
	p := newPair(t)
	volume := p.volume("demo", object{"size": 1})
	id := strings.TrimPrefix(volume, "/volumes/")
	action := volume + "/action"
	for _, tc := range []struct {
		path    string
		params  any
		status  int
		message string
	}{
		{action, object{}, 400, "Invalid input for field/attribute os-volume_upload_image. Value: {}. 'image_name' is a required property"},
		{action, object{"image_name": ""}, 400, "Invalid input for field/attribute image_name. Value: . '' is too short"},
		{action, object{"image_name": "x", "store": "cheap"}, 400, "Invalid input for field/attribute os-volume_upload_image. Value: {'image_name': 'x', 'store': 'cheap'}. " +
			"Additional properties are not allowed ('store' was unexpected)"},
		{"3.0 " + action, object{"image_name": "x", "protected": true}, 400, "Invalid input for field/attribute os-volume_upload_image. " +
			"Value: {'image_name': 'x', 'protected': True}. Additional properties are not allowed ('protected' was unexpected)"},
		{action, object{"image_name": "x", "visibility": "public"}, 403, "Policy doesn't allow volume_extension:volume_actions:upload_public to be performed."},
		{"/volumes/nope/action", object{"image_name": "x"}, 404, "Volume nope could not be found."},
	} {
		p.refused("demo", "POST", tc.path, object{upload: tc.params}, tc.status, tc.message)
	}
	p.refused("alt", "POST", action, object{upload: object{"image_name": "x"}}, 404, "Volume "+id+" could not be found.")
	p.refused("reader", "POST", action, object{upload: object{"image_name": "x"}}, 403,
		"Policy doesn't allow volume_extension:volume_actions:upload_image to be performed.")
}

// A volume that is not available is refused; force helps one that is in use, where the configuration lets it.
func TestUploadOfABusyVolume(t *testing.T) {
	for _, forced := range []bool{false, true} {
		p := newPair(t, func(s *setup) { s.cinder.EnableForceUpload = forced })
		volume := p.volume("demo", object{"size": 1})
		id, action := strings.TrimPrefix(volume, "/volumes/"), volume+"/action"
		p.must("demo", "POST", action, object{"os-attach": object{"host_name": "h", "mountpoint": "/dev/vdb"}})
		p.refused("demo", "POST", action, object{upload: object{"image_name": "x"}}, 400, "Invalid volume: Volume "+id+" status must be available")
		force := object{upload: object{"image_name": "x", "force": "TRUE"}}
		if !forced {
			p.refused("demo", "POST", action, force, 400, "Invalid volume: Volume "+id+" status must be available")
			continue
		}
		image := p.must("demo", "GET", p.upload("demo", volume, object{"image_name": "x", "force": true}), nil)
		if v := p.show("demo", volume); image["status"] != "active" || v["status"] != "in-use" {
			t.Errorf("image %v, volume %v", image["status"], v["status"])
		}
		p.must("admin", "POST", action, object{"os-reset_status": object{"status": "maintenance"}})
		p.refused("demo", "POST", action, force, 400, "Invalid volume: Volume "+id+" status must be available or in-use")
	}
}

// While the bytes are under way the volume is uploading and the image queued; a second upload is refused then.
func TestUploadUnderWay(t *testing.T) {
	p := newPair(t, func(s *setup) {
		s.clock = sim.Manual
		s.delays = map[string]time.Duration{"cinder.volume.create": time.Second, "cinder.volume.upload_image": time.Minute}
	})
	volume := p.volume("demo", object{"size": 1})
	if v := p.show("demo", volume); v["status"] != "creating" {
		t.Errorf("volume is %v", v["status"])
	}
	p.advance(time.Second)
	image := p.upload("demo", volume, object{"image_name": "x"})
	if v, i := p.show("demo", volume), p.must("demo", "GET", image, nil); v["status"] != "uploading" || i["status"] != "queued" {
		t.Errorf("volume %v, image %v", v["status"], i["status"])
	}
	id := strings.TrimPrefix(volume, "/volumes/")
	p.refused("demo", "POST", volume+"/action", object{upload: object{"image_name": "y"}}, 400, "Invalid volume: Volume "+id+" status must be available")
	p.refused("demo", "POST", volume+"/metadata", object{"metadata": object{"a": "b"}}, 400,
		"Invalid volume: Updating volume metadata is not allowed for volumes in uploading status.")
	p.advance(time.Minute)
	if v, i := p.show("demo", volume), p.must("demo", "GET", image, nil); v["status"] != "available" || i["status"] != "active" {
		t.Errorf("volume %v, image %v", v["status"], i["status"])
	}
}

// The store is that of the type when the bytes move, not when they were asked to.
func TestUploadReadsTheSpecLate(t *testing.T) {
	p := newPair(t, func(s *setup) {
		s.clock = sim.Manual
		s.delays = map[string]time.Duration{"cinder.volume.upload_image": time.Minute}
	})
	typ := p.typeWith(object{"image_service:store_id": "cheap"})
	volume := p.volume("demo", object{"size": 1, "volume_type": typ})
	image := p.upload("demo", volume, object{"image_name": "x"})
	if err := p.glance.RemoveStore("cheap"); err != nil {
		t.Fatal(err)
	}
	p.advance(time.Minute)
	if a := p.ask("demo", "GET", image, nil); a.status != 404 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// Whatever Glance has against the image is a 400, and puts the volume back.
func TestUploadWhoseImageIsRefused(t *testing.T) {
	for _, status := range []int{403, 409, 413, 500} {
		p := newPair(t)
		volume := p.volume("demo", object{"size": 1})
		p.intercept = func(r *http.Request) *http.Response {
			if r.Method != http.MethodPost {
				return nil
			}
			body := "<html>\n <body>\n  <h1>Title</h1>\n  No &amp; no.<br /><br />\n </body>\n</html>"
			return &http.Response{
				StatusCode: status, Header: http.Header{"Content-Type": {"text/html"}},
				Body: io.NopCloser(strings.NewReader(body)), Request: r,
			}
		}
		a := p.ask("demo", "POST", volume+"/action", object{upload: object{"image_name": "x"}})
		if a.status != 400 || a.message() != "HTTP Title: No &amp; no." {
			t.Errorf("%d: %d %s", status, a.status, a.body)
		}
		if v := p.show("demo", volume); v["status"] != "available" {
			t.Errorf("%d: the volume is %v", status, v["status"])
		}
	}
}

func TestUploadOfACompressedImageLeavesItsImageBehind(t *testing.T) {
	p := newPair(t)
	volume := p.volume("demo", object{"size": 1})
	a := p.ask("demo", "POST", volume+"/action", object{upload: object{"image_name": "zip", "container_format": "compressed"}})
	if a.status != 400 || a.message() != "Image compression upload disallowed, but container_format is compressed" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if v := p.show("demo", volume); v["status"] != "available" {
		t.Errorf("the volume is %v", v["status"])
	}
	images := p.must("demo", "GET", "/v2/images?name=zip", nil)["images"].([]any)
	if len(images) != 1 || images[0].(object)["status"] != "queued" {
		t.Errorf("left behind: %v", images)
	}
}

func TestUploadOfAnEncryptedVolume(t *testing.T) {
	p := newPair(t, func(s *setup) {
		s.cinder.VolumeTypes = append(s.cinder.VolumeTypes, cinder.VolumeTypeConfig{
			Name:       "luks",
			Encryption: &cinder.EncryptionConfig{Provider: "luks", ControlLocation: "front-end"},
		})
	})
	volume := p.volume("demo", object{"size": 1, "volume_type": "luks"})
	const only = "An encrypted volume uploaded as an image must use 'raw' disk_format and 'bare' container_format, which are the defaults for these options."
	for _, params := range []object{{"image_name": "x", "disk_format": "qcow2"}, {"image_name": "x", "container_format": "ovf"}} {
		p.refused("demo", "POST", volume+"/action", object{upload: params}, 400, only)
	}
	image := p.must("demo", "GET", p.upload("demo", volume, object{"image_name": "x"}), nil)
	key := p.show("demo", volume)["encryption_key_id"]
	if image["cinder_encryption_key_id"] == nil || image["cinder_encryption_key_id"] == key || image["cinder_encryption_key_deletion_policy"] != "on_image_deletion" {
		t.Errorf("volume key %v, image %v", key, image)
	}
}

// An image's own properties survive its way through a volume; what Glance keeps for itself does not.
func TestUploadCarriesPropertiesOver(t *testing.T) {
	for _, rel := range []release.Release{release.Latest, release.Zed} {
		p := newPair(t, func(s *setup) { s.release = rel; s.cinder.ReservedImageNamespaces = []string{"mine_"} })
		first := p.must("demo", "POST", "/v2/images", object{
			"name": "seed", "disk_format": "raw", "container_format": "bare",
			"os_distro": "debian", "colour": "blue", "mine_only": "x", "img_signature_x": "y",
		})
		path := "/v2/images/" + first["id"].(string)
		if a := p.ask("demo", "PUT", path+"/file", "\x00\x00\x00\x00\x00"); a.status != 204 {
			t.Fatal(a)
		}
		volume := p.volume("demo", object{"size": 1, "imageRef": first["id"]})
		v := p.show("demo", volume)
		metadata, _ := v["volume_image_metadata"].(object)
		if v["status"] != "available" || v["bootable"] != "true" || metadata["colour"] != "blue" || metadata["size"] != "5" ||
			metadata["image_name"] != "seed" || metadata["signature_verified"] != "False" || metadata["min_disk"] != "0" {
			t.Fatalf("%s: %v", rel, v)
		}
		image := p.must("demo", "GET", p.upload("demo", volume, object{"image_name": "copy"}), nil)
		if image["colour"] != "blue" || image["os_distro"] != "debian" || image["name"] != "copy" || image["mine_only"] != nil || image["img_signature_x"] != nil {
			t.Errorf("%s: %v", rel, image)
		}
		again := p.show("demo", p.volume("demo", object{"size": 1, "imageRef": image["id"]}))
		// Release Zed gives its verdict on the signature away, and cannot make a volume of the result.
		if want := map[bool]string{true: "available", false: "error"}[rel != release.Zed]; again["status"] != want {
			t.Errorf("%s: a volume made from the upload is %v, %v", rel, again["status"], again["volume_image_metadata"])
		}
		if image["checksum"] != blankGiB {
			t.Errorf("%s: %v", rel, image["checksum"])
		}
	}
}

func TestUploadInAnotherFormat(t *testing.T) {
	if _, err := exec.LookPath("qemu-img"); err != nil {
		t.Skip("qemu-img is not installed")
	}
	p := newPair(t)
	image := p.upload("demo", p.volume("demo", object{"size": 1}), object{"image_name": "q", "disk_format": "qcow2"})
	data := p.ask("demo", "GET", image+"/file", nil)
	if !strings.HasPrefix(data.body, "QFI\xfb") || len(data.body) > 1<<20 {
		t.Fatalf("%d bytes", len(data.body))
	}
	back := p.volume("demo", object{"size": 1, "imageRef": strings.TrimPrefix(image, "/v2/images/")})
	if v := p.show("demo", back); v["status"] != "available" {
		t.Error(v)
	}
}

// Without qemu-img an upload in another format fails as it does upstream.
func TestUploadInAnotherFormatWithoutItsTool(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	p := newPair(t)
	image := p.upload("demo", p.volume("demo", object{"size": 1}), object{"image_name": "q", "disk_format": "qcow2"})
	if a := p.ask("demo", "GET", image, nil); a.status != 404 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if told := p.messages("demo"); !slices.Equal(told, []string{uploadFailed}) {
		t.Errorf("told: %q", told)
	}
}

func TestUploadWithoutConversion(t *testing.T) {
	p := newPair(t, func(s *setup) { s.cinder.ImageConversionDisable = true })
	volume := p.volume("demo", object{"size": 1})
	image := p.upload("demo", volume, object{"image_name": "q", "disk_format": "qcow2"})
	if a := p.ask("demo", "GET", image, nil); a.status != 404 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if told := p.messages("demo"); !slices.Equal(told, []string{uploadFailed}) {
		t.Errorf("told: %q", told)
	}
}

// Further tries send what is left of the file: nothing. Upstream's image is empty then, and active.
func TestUploadThatIsTriedAgain(t *testing.T) {
	p := newPair(t)
	volume := p.volume("demo", object{"size": 1})
	first := true
	p.intercept = func(r *http.Request) *http.Response {
		if r.Method != http.MethodPut || !first {
			return nil
		}
		first = false
		return &http.Response{StatusCode: 503, Body: http.NoBody, Header: http.Header{}, Request: r}
	}
	image := p.must("demo", "GET", p.upload("demo", volume, object{"image_name": "x"}), nil)
	if image["status"] != "active" || image["size"] != 0.0 {
		t.Errorf("%v", image)
	}
}

func TestTheVariantsOfTheStoreWorkflow(t *testing.T) {
	p := newPair(t, func(s *setup) {
		s.cinder.Variants = cinder.Variants{GlanceStore: "reliable", UploadStoreParameter: true, TypeStoreProperty: true}
	})
	p.must("admin", "POST", "/types", object{"volume_type": object{"name": "stored", "store": "cheap"}})
	spec := p.typeWith(object{"image_service:store_id": "fast"})
	for _, tc := range []struct {
		typ    string
		params object
		store  string
	}{
		{"", object{"image_name": "x"}, "reliable"},
		{"stored", object{"image_name": "x"}, "cheap"},
		{spec, object{"image_name": "x"}, "fast"},
		{"stored", object{"image_name": "x", "store": "fast"}, "fast"},
	} {
		fields := object{"size": 1}
		if tc.typ != "" {
			fields["volume_type"] = tc.typ
		}
		image := p.must("demo", "GET", p.upload("demo", p.volume("demo", fields), tc.params), nil)
		if image["stores"] != tc.store {
			t.Errorf("%v: %v", tc, image["stores"])
		}
	}
}

func TestUploadAnswer(t *testing.T) {
	p := newPair(t)
	typ := p.typeWith(object{"image_service:store_id": "cheap"})
	volume := p.volume("demo", object{"size": 1, "volume_type": typ})
	a := p.ask("demo", "POST", "3.0 "+volume+"/action", object{upload: object{"image_name": "x"}})
	for _, part := range []string{
		`"status":"uploading"`, `"image_service:store_id":"cheap"`, `"container_format":"bare"`, `"disk_format":"raw"`,
		`"visibility":"shared"`, `"protected":false`, `"qos_specs_id":null`, `"deleted":false`,
	} {
		if !bytes.Contains([]byte(a.body), []byte(part)) {
			t.Errorf("no %s in %s", part, a.body)
		}
	}
}
