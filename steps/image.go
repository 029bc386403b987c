package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/cucumber/godog"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
)

func (w *World) imageSteps(sc registrar) {
	step(sc, `an image {string}`, w.givenImage)
	step(sc, `{who} creates? an image {string}`, w.createImage)
	step(sc, `{who} creates? an image {string} with:`, w.createImageWith)
	step(sc, `{who} sets? {string} of the image {string} to {string}`, w.setImageProperty)
	step(sc, `{who} deletes? the image {string}`, w.deleteImage)
	step(sc, `the image {string} is {string}`, w.imageIs)
	step(sc, `the image {string} becomes {string}`, w.imageBecomes)
	step(sc, `the image {string} is gone`, w.imageIsGone)
	step(sc, `the image {string} has:`, w.imageHas)
	step(sc, `the image {string} has an? {string}`, w.imageHasField)
	step(sc, `the image {string} has no (.+)`, w.imageHasNo)
	step(sc, `{who} sees? the image {string}`, w.seesImage)
	step(sc, `{who} do(?:es)? not see the image {string}`, w.seesNoImage)
	step(sc, `the answer names the stores {string}`, w.answerNamesStores)
	step(sc, `the answer names the ways of importing {string}`, w.answerNamesImportMethods)
	step(sc, `{who} lists? the versions of the Images API`, w.listImageVersions)
	step(sc, `the versions? {string} (?:is|are) among them`, w.versionsAmong)
	step(sc, `the versions? {string} (?:is|are) not among them`, w.versionsNotAmong)
	step(sc, `the answer names no stores`, w.answerNamesNoStores)
}

// imageFormats are those of an image of which the scenario says nothing more.
var imageFormats = map[string]any{"disk_format": "raw", "container_format": "bare"}

// givenImage is
//
//	Given an image "golden"
//
// mine, of format raw and bare, without data.
func (w *World) givenImage(ctx context.Context, name string) error {
	return w.createImage(ctx, "I", name)
}

// createImage is
//
//	When I create an image "golden"
func (w *World) createImage(ctx context.Context, who, name string) error {
	return w.postImage(ctx, act(who), name, imageFormats)
}

// createImageWith is
//
//	When I create an image "golden" with:
//	  | disk_format | qcow2     |
//	  | visibility  | community |
//
// Only the fields given are sent; whole numbers, true and false as such.
func (w *World) createImageWith(ctx context.Context, who, name string, t *godog.Table) error {
	fields, err := pairs(t)
	if err != nil {
		return err
	}
	body := map[string]any{}
	for k, v := range fields {
		body[k] = literal(v)
	}
	return w.postImage(ctx, act(who), name, body)
}

// literal reads a table's cell as a JSON client would send it.
func literal(cell string) any {
	if n, err := strconv.ParseInt(cell, 10, 64); err == nil {
		return n
	}
	if cell == "true" || cell == "false" {
		return cell == "true"
	}
	return cell
}

func (w *World) postImage(ctx context.Context, who actor, name string, fields map[string]any) error {
	c, err := w.Image(ctx, who.person)
	if err != nil {
		return err
	}
	body := map[string]any{"name": w.cloud.Unique(name)}
	for k, v := range fields {
		body[k] = v
	}
	var made struct{ ID string }
	_, err = c.Post(ctx, c.ServiceURL("images"), body, &made, accepted(http.StatusCreated))
	if err == nil {
		w.OwnImage(name, made.ID)
	}
	return w.did(who, err)
}

// OwnImage names an image that a step has made, for all steps that follow, and has it removed at the end of the scenario.
func (w *World) OwnImage(name, id string) {
	w.Images.Set(name, id)
	w.remove(thing("image", id, name), func(ctx context.Context) error { return w.dropImage(ctx, id) })
}

// dropImage deletes an image, whatever protects it, as soon as Glance lets go of it; one that is gone is no error.
func (w *World) dropImage(ctx context.Context, id string) error {
	c, err := w.Image(ctx, Admin)
	if err != nil {
		return err
	}
	var refused error
	err = w.cloud.Await(ctx, func(ctx context.Context) (bool, error) {
		img, err := images.Get(ctx, c, id).Extract()
		if gone(err) {
			return true, nil
		}
		if err == nil && img.Protected {
			_, err = images.Update(ctx, c, id, images.UpdateOpts{images.ReplaceImageProtected{}}).Extract()
		}
		if err == nil {
			err = images.Delete(ctx, c, id).ExtractErr()
		}
		if refused = err; busy(err) {
			return false, nil
		}
		if gone(err) {
			err = nil
		}
		return err == nil, err
	})
	if err != nil && refused != nil {
		return refused
	}
	return err
}

// busy tells whether Glance may do later what it has refused: while it works on an image, it answers so.
func busy(err error) bool {
	return gophercloud.ResponseCodeIs(err, http.StatusConflict) || gophercloud.ResponseCodeIs(err, http.StatusInternalServerError)
}

func gone(err error) bool {
	var refused gophercloud.ErrUnexpectedResponseCode
	return errors.As(err, &refused) && refused.Actual == http.StatusNotFound
}

// setImageProperty is
//
//	When I set "os_type" of the image "golden" to "linux"
//
// by a JSON patch that adds the property.
func (w *World) setImageProperty(ctx context.Context, who, property, name, value string) error {
	a := act(who)
	c, id, err := w.imageOf(ctx, a.person, name)
	if err != nil {
		return err
	}
	patch := []map[string]any{{"op": "add", "path": "/" + property, "value": value}}
	_, err = c.Patch(ctx, c.ServiceURL("images", id), patch, new(map[string]any), &gophercloud.RequestOpts{
		OkCodes:     []int{http.StatusOK},
		MoreHeaders: map[string]string{"Content-Type": "application/openstack-images-v2.1-json-patch"},
	})
	return w.did(a, err)
}

// deleteImage is
//
//	When I delete the image "golden"
func (w *World) deleteImage(ctx context.Context, who, name string) error {
	a := act(who)
	c, id, err := w.imageOf(ctx, a.person, name)
	if err != nil {
		return err
	}
	return w.did(a, images.Delete(ctx, c, id).ExtractErr())
}

func (w *World) imageOf(ctx context.Context, person, name string) (*gophercloud.ServiceClient, string, error) {
	id, err := w.Images.ID(name)
	if err != nil {
		return nil, "", err
	}
	c, err := w.Image(ctx, person)
	return c, id, err
}

// image reads an image as the administrator sees it.
func (w *World) image(ctx context.Context, name string) (map[string]any, error) {
	c, id, err := w.imageOf(ctx, Admin, name)
	if err != nil {
		return nil, err
	}
	var img map[string]any
	_, err = c.Get(ctx, c.ServiceURL("images", id), &img, nil)
	return img, err
}

// imageIs is
//
//	Then the image "golden" is "active"
func (w *World) imageIs(ctx context.Context, name, status string) error {
	img, err := w.image(ctx, name)
	if err != nil {
		return err
	}
	return same("the image's status", any(status), img["status"])
}

// imageBecomes is imageIs for what happens in the background:
//
//	Then the image "golden" becomes "active"
func (w *World) imageBecomes(ctx context.Context, name, status string) error {
	return w.await(ctx, fmt.Sprintf("the image %q is %s", name, status), func(ctx context.Context) (bool, string, error) {
		img, err := w.image(ctx, name)
		if err != nil {
			return false, "", err
		}
		return img["status"] == status, fmt.Sprint(img["status"]), nil
	})
}

// imageIsGone is
//
//	Then the image "golden" is gone
func (w *World) imageIsGone(ctx context.Context, name string) error {
	img, err := w.image(ctx, name)
	if gone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("the image is still there, %v", img["status"])
}

// imageHas is
//
//	Then the image "golden" has:
//	  | disk_format | raw   |
//	  | stores      | cheap |
//
// among its fields. Whole numbers, true, false and null are those of JSON, all else is text.
func (w *World) imageHas(ctx context.Context, name string, t *godog.Table) error {
	want, err := pairs(t)
	if err != nil {
		return err
	}
	img, err := w.image(ctx, name)
	if err != nil {
		return err
	}
	got := map[string]string{}
	for k := range want {
		got[k] = cellOf(img, k)
	}
	return same("the image's fields", want, got)
}

// cellOf writes a field as a table's cell would have it.
func cellOf(fields map[string]any, key string) string {
	v, ok := fields[key]
	switch n := v.(type) {
	case nil:
		if ok {
			return "null"
		}
		return "(no such field)"
	case float64:
		return strconv.FormatFloat(n, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

// imageHasField is
//
//	Then the image "golden" has a "cinder_encryption_key_id"
//
// whatever it is.
func (w *World) imageHasField(ctx context.Context, name, field string) error {
	img, err := w.image(ctx, name)
	if err == nil && img[field] == nil {
		err = fmt.Errorf("the image has no %s", field)
	}
	return err
}

// imageHasNo is
//
//	Then the image "golden" has no "stores"
//
// or any other of the fields that it names.
func (w *World) imageHasNo(ctx context.Context, name, fields string) error {
	img, err := w.image(ctx, name)
	if err != nil {
		return err
	}
	for _, f := range quoted(fields) {
		if v, ok := img[f]; ok {
			return fmt.Errorf("the image has %s: %v", f, v)
		}
	}
	return nil
}

// seesImage is
//
//	Then a stranger sees the image "golden"
func (w *World) seesImage(ctx context.Context, who, name string) error {
	c, id, err := w.imageOf(ctx, act(who).person, name)
	if err != nil {
		return err
	}
	return images.Get(ctx, c, id).Err
}

// seesNoImage is
//
//	Then a stranger does not see the image "golden"
func (w *World) seesNoImage(ctx context.Context, who, name string) error {
	err := w.seesImage(ctx, who, name)
	if gone(err) {
		return nil
	}
	if err == nil {
		err = errors.New("the image is shown")
	}
	return err
}

// answerNamesStores is
//
//	Then the answer names the stores "reliable, fast, cheap, archive"
//
// that a new image can go to, in any order; stores of Glance's own may be among them.
func (w *World) answerNamesStores(list string) error {
	named := slices.DeleteFunc(words(w.last().ResponseHeader.Get("OpenStack-image-store-ids")), func(id string) bool {
		return strings.HasPrefix(id, "os_glance_")
	})
	want := words(list)
	slices.Sort(named)
	slices.Sort(want)
	return same("the stores named", want, named)
}

// answerNamesNoStores is
//
//	Then the answer names no stores
func (w *World) answerNamesNoStores() error {
	if got, ok := w.last().ResponseHeader["Openstack-Image-Store-Ids"]; ok {
		return fmt.Errorf("it names %v", got)
	}
	return nil
}

// answerNamesImportMethods is
//
//	Then the answer names the ways of importing "glance-direct, web-download"
//
// in any order.
func (w *World) answerNamesImportMethods(list string) error {
	want, got := words(list), words(w.last().ResponseHeader.Get("OpenStack-image-import-methods"))
	slices.Sort(want)
	slices.Sort(got)
	return same("the import methods named", want, got)
}

// listImageVersions is
//
//	When I list the versions of the Images API
func (w *World) listImageVersions(ctx context.Context, who string) error {
	a := act(who)
	c, err := w.Image(ctx, a.person)
	if err != nil {
		return err
	}
	found, err := versions(ctx, c, upTo(c.Endpoint, "/v2")+"versions")
	w.versions = nil
	for _, v := range found {
		w.versions = append(w.versions, v.ID)
	}
	return w.did(a, err)
}

// versionsAmong is
//
//	Then the versions "v2.8, v2.9" are among them
func (w *World) versionsAmong(list string) error {
	for _, v := range words(list) {
		if !slices.Contains(w.versions, v) {
			return fmt.Errorf("%s is not among %v", v, w.versions)
		}
	}
	return nil
}

// versionsNotAmong is
//
//	Then the versions "v2.8, v2.10" are not among them
func (w *World) versionsNotAmong(list string) error {
	for _, v := range words(list) {
		if slices.Contains(w.versions, v) {
			return fmt.Errorf("%s is among %v", v, w.versions)
		}
	}
	return nil
}
