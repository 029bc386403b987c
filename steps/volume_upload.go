package steps

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/cucumber/godog"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
)

func (w *World) uploadSteps(sc registrar) {
	step(sc, `{who} uploads? the volume {string} to an image {string}`, w.upload)
	step(sc, `{who} uploads? the volume {string} to an image {string} with:`, w.uploadWith)
	step(sc, `the uploads? ends?`, w.uploadsEnd)
	step(sc, `the upload has begun`, w.uploadHasBegun)
	step(sc, `the upload is still under way`, w.uploadIsUnderWay)
	step(sc, `the answer shows:`, w.answerShows)
	step(sc, `the answer shows no {string} and no {string}`, w.answerShowsNo)
	step(sc, `the answer shows the volume type {string} with the extra specs:`, w.answerShowsType)
	step(sc, `(no|one) image of the name {string} is left`, w.imagesLeft)
}

// uploaded is what an upload answers with.
type uploaded struct {
	Upload map[string]any `json:"os-volume_upload_image"`
}

// upload is
//
//	When I upload the volume "boot" to an image "golden"
//
// in the formats that Cinder takes when none are given. The image has its name in the scenario from here on.
func (w *World) upload(ctx context.Context, who, volume, image string) error {
	return w.postUpload(ctx, act(who), volume, image, nil)
}

// uploadWith is
//
//	When I upload the volume "boot" to an image "golden" with:
//	  | visibility | shared |
//	  | protected  | true   |
//
// Whole numbers, true and false go as such.
func (w *World) uploadWith(ctx context.Context, who, volume, image string, t *godog.Table) error {
	fields, err := pairs(t)
	if err != nil {
		return err
	}
	return w.postUpload(ctx, act(who), volume, image, fields)
}

func (w *World) postUpload(ctx context.Context, who actor, volume, image string, fields map[string]string) error {
	c, id, err := w.volumeOf(ctx, who.person, volume)
	if err != nil {
		return err
	}
	body := map[string]any{"image_name": w.cloud.Unique(image)}
	for k, v := range fields {
		body[k] = literal(v)
	}
	var answer uploaded
	_, err = c.Post(ctx, c.ServiceURL("volumes", id, "action"), map[string]any{"os-volume_upload_image": body}, &answer,
		&gophercloud.RequestOpts{OkCodes: []int{http.StatusAccepted}})
	if err == nil {
		made, _ := answer.Upload["image_id"].(string)
		w.OwnImage(image, made)
		w.Uploading(volume)
	}
	return w.did(who, err)
}

// Uploading tells "the upload ends" of a volume, by its name in the scenario, that a step has begun to upload.
func (w *World) Uploading(volume string) { w.uploads = append(w.uploads, volume) }

// uploadHasBegun is
//
//	Then the upload has begun
//
// by the word of the answer: the volume is uploading, and there is an image. How far it has come is for a cloud with a
// clock to say.
func (w *World) uploadHasBegun() error {
	var answer uploaded
	if err := w.last().Answer(&answer); err != nil {
		return err
	}
	if err := same("the status in the answer", any("uploading"), answer.Upload["status"]); err != nil {
		return err
	}
	if id, _ := answer.Upload["image_id"].(string); id == "" {
		return fmt.Errorf("the answer names no image:\n%s", w.last())
	}
	return nil
}

// uploadIsUnderWay is
//
//	And the upload is still under way
//
// for what happens in the meantime. A running cloud that is too quick for that skips the scenario.
func (w *World) uploadIsUnderWay(ctx context.Context) error {
	for _, name := range w.uploads {
		v, err := w.volume(ctx, name)
		if err != nil {
			return err
		}
		if v["status"] != "uploading" && w.cloud.Lasting() {
			return w.Skip("needs uploads that take a while")
		}
		if err := same("the volume's status", any("uploading"), v["status"]); err != nil {
			return err
		}
	}
	return nil
}

// uploadsEnd is
//
//	When the upload ends
//
// well or badly: no volume that the scenario uploaded is still uploading.
func (w *World) uploadsEnd(ctx context.Context) error {
	for _, name := range w.uploads {
		err := w.await(ctx, fmt.Sprintf("the volume %q is uploaded", name), func(ctx context.Context) (bool, string, error) {
			v, err := w.volume(ctx, name)
			now := fmt.Sprint(v["status"])
			return now != "uploading", now, err
		})
		if err != nil {
			return err
		}
	}
	w.uploads = nil
	return nil
}

// answerShows is
//
//	Then the answer shows:
//	  | status      | uploading |
//	  | image_name  | golden    |
//	  | disk_format | raw       |
//
// among the fields of an upload's answer. {golden} stands for an id; a name is the scenario's.
func (w *World) answerShows(t *godog.Table) error {
	want, err := pairs(t)
	if err != nil {
		return err
	}
	var answer uploaded
	if err := w.last().Answer(&answer); err != nil {
		return err
	}
	got := map[string]string{}
	for k := range want {
		want[k] = w.expand(want[k])
		got[k] = cellOf(answer.Upload, k)
		if strings.HasSuffix(k, "_name") {
			want[k] = w.cloud.Unique(want[k])
		}
	}
	return same("the answer", want, got)
}

// answerShowsNo is
//
//	Then the answer shows no "visibility" and no "protected"
func (w *World) answerShowsNo(one, other string) error {
	var answer uploaded
	if err := w.last().Answer(&answer); err != nil {
		return err
	}
	for _, field := range []string{one, other} {
		if v, ok := answer.Upload[field]; ok {
			return fmt.Errorf("it shows %s: %v", field, v)
		}
	}
	return nil
}

// answerShowsType is
//
//	Then the answer shows the volume type "gold" with the extra specs:
//	  | image_service:store_id | cheap |
//
// and no others.
func (w *World) answerShowsType(name string, t *godog.Table) error {
	want, err := pairs(t)
	if err != nil {
		return err
	}
	var answer struct {
		Upload struct {
			VolumeType struct {
				ID         string
				Name       string
				ExtraSpecs json.RawMessage `json:"extra_specs"`
			} `json:"volume_type"`
		} `json:"os-volume_upload_image"`
	}
	if err := w.last().Answer(&answer); err != nil {
		return err
	}
	id, err := w.Types.ID(name)
	if err != nil {
		return err
	}
	got := map[string]string{}
	if err := json.Unmarshal(answer.Upload.VolumeType.ExtraSpecs, &got); err != nil {
		return fmt.Errorf("extra specs: %w", err)
	}
	if err := same("the type in the answer", id, answer.Upload.VolumeType.ID); err != nil {
		return err
	}
	return same("the extra specs in the answer", want, got)
}

// imagesLeft is
//
//	Then one image of the name "golden" is left
//
// in my project, for uploads whose answer named none; the scenario knows it by that name from here on. With "no" there
// must be none.
func (w *World) imagesLeft(ctx context.Context, count, name string) error {
	c, err := w.Image(ctx, Member)
	if err != nil {
		return err
	}
	pages, err := images.List(c, images.ListOpts{Name: w.cloud.Unique(name)}).AllPages(ctx)
	if err != nil {
		return err
	}
	left, err := images.ExtractImages(pages)
	if err != nil {
		return err
	}
	for _, img := range left {
		if !slices.Contains(sortedValues(w.Images.ids), img.ID) {
			w.OwnImage(name, img.ID)
		}
	}
	return same("how many are left", map[string]int{"no": 0, "one": 1}[count], len(left))
}
