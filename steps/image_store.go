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
)

func (w *World) imageStoreSteps(sc registrar) {
	step(sc, `the image {string} is {string} in the store {string}`, w.imageIsInStore)
	step(sc, `the image {string} is in the stores {string}`, w.imageIsInStores)
	step(sc, `the image {string} is in the stores {string}, in this order`, w.imageIsInStoresInOrder)
	step(sc, `the image {string} is in no store`, w.imageIsInNoStore)
	step(sc, `{who} cop(?:y|ies) the image {string} to the stores {string}`, w.copyImage)
	step(sc, `{who} cop(?:y|ies) the image {string} to all stores`, w.copyImageToAll)
	step(sc, `{who} imports? the image {string}:`, w.importImage)
	step(sc, `{who} imports? the image {string} in the store {string}:`, w.importImageIn)
	step(sc, `{who} stages? the data {string} for the image {string}`, w.stageData)
	step(sc, `the image {string} fails to be imported into {string}`, w.importFails)
	step(sc, `the copying of {string} ends`, w.copyingEnds)
	step(sc, `{who} takes? the image {string} out of the store {string}`, w.deleteFromStore)
	step(sc, `{who} lists? the ways of importing`, w.listImportMethods)
	step(sc, `the ways of importing are {string}`, w.importMethodsAre)
}

// imageIsInStore is
//
//	Then the image "golden" is "active" in the store "cheap"
//
// and in no other.
func (w *World) imageIsInStore(ctx context.Context, name, status, id string) error {
	if err := w.imageIs(ctx, name, status); err != nil {
		return err
	}
	return w.imageIsInStores(ctx, name, id)
}

// imageIsInStores is
//
//	Then the image "golden" is in the stores "fast, cheap"
//
// in any order.
func (w *World) imageIsInStores(ctx context.Context, name, list string) error {
	img, err := w.image(ctx, name)
	if err != nil {
		return err
	}
	want, got := words(list), words(cellOf(img, "stores"))
	slices.Sort(want)
	slices.Sort(got)
	return same("the image's stores", want, got)
}

// imageIsInStoresInOrder is
//
//	Then the image "golden" is in the stores "fast, cheap", in this order
func (w *World) imageIsInStoresInOrder(ctx context.Context, name, list string) error {
	img, err := w.image(ctx, name)
	if err != nil {
		return err
	}
	return same("the image's stores", strings.Join(words(list), ","), cellOf(img, "stores"))
}

// imageIsInNoStore is
//
//	Then the image "golden" is in no store
//
// so that it does not mention any.
func (w *World) imageIsInNoStore(ctx context.Context, name string) error {
	return w.imageHasNo(ctx, name, `"stores"`)
}

// copyImage is
//
//	When the administrator copies the image "golden" to the stores "cheap, reliable"
func (w *World) copyImage(ctx context.Context, who, name, stores string) error {
	return w.postImport(ctx, act(who), name, "", map[string]any{
		"method": map[string]string{"name": "copy-image"}, "stores": words(stores),
	})
}

// copyImageToAll is
//
//	When the administrator copies the image "golden" to all stores
func (w *World) copyImageToAll(ctx context.Context, who, name string) error {
	return w.postImport(ctx, act(who), name, "", map[string]any{
		"method": map[string]string{"name": "copy-image"}, "all_stores": true,
	})
}

// importImage is
//
//	When I try to import the image "golden":
//	  """
//	  {"method": {"name": "glance-direct"}}
//	  """
//
// for requests that no step has words for.
func (w *World) importImage(ctx context.Context, who, name string, body *godog.DocString) error {
	return w.importImageIn(ctx, who, name, "", body)
}

// importImageIn is importImage, naming a store in the header too:
//
//	When I import the image "golden" in the store "cheap":
func (w *World) importImageIn(ctx context.Context, who, name, id string, body *godog.DocString) error {
	return w.postImport(ctx, act(who), name, id, json.RawMessage(body.Content))
}

func (w *World) postImport(ctx context.Context, who actor, name, id string, body any) error {
	c, image, err := w.imageOf(ctx, who.person, name)
	if err != nil {
		return err
	}
	opts := accepted(http.StatusAccepted)
	if id != "" {
		opts.MoreHeaders = map[string]string{"X-Image-Meta-Store": id}
	}
	_, err = c.Post(ctx, c.ServiceURL("images", image, "import"), body, nil, opts)
	return w.did(who, err)
}

// stageData is
//
//	When I stage the data "hello" for the image "golden"
//
// to be imported later.
func (w *World) stageData(ctx context.Context, who, data, name string) error {
	a := act(who)
	c, id, err := w.imageOf(ctx, a.person, name)
	if err != nil {
		return err
	}
	_, err = c.Put(ctx, c.ServiceURL("images", id, "stage"), strings.NewReader(data), nil, &gophercloud.RequestOpts{
		OkCodes:     []int{http.StatusNoContent},
		MoreHeaders: map[string]string{"Content-Type": "application/octet-stream"},
	})
	return w.did(a, err)
}

// importFails is
//
//	Then the image "golden" fails to be imported into "archive"
func (w *World) importFails(ctx context.Context, name, id string) error {
	return w.await(ctx, fmt.Sprintf("the import of %q into %s fails", name, id), func(ctx context.Context) (bool, string, error) {
		img, err := w.image(ctx, name)
		failed := cellOf(img, "os_glance_failed_import")
		return slices.Contains(words(failed), id), "failed: " + failed, err
	})
}

// copyingEnds is
//
//	When the copying of "golden" ends
//
// It is over when no store is left to copy to.
func (w *World) copyingEnds(ctx context.Context, name string) error {
	return w.await(ctx, fmt.Sprintf("the image %q is copied", name), func(ctx context.Context) (bool, string, error) {
		img, err := w.image(ctx, name)
		if err != nil {
			return false, "", err
		}
		left, task := cellOf(img, "os_glance_importing_to_stores"), img["os_glance_import_task"]
		return task == nil && (left == "" || left == "(no such field)"), "still to go: " + left, nil
	})
}

// deleteFromStore is
//
//	When the administrator takes the image "golden" out of the store "cheap"
func (w *World) deleteFromStore(ctx context.Context, who, name, id string) error {
	a := act(who)
	c, image, err := w.imageOf(ctx, a.person, name)
	if err != nil {
		return err
	}
	_, err = c.Delete(ctx, c.ServiceURL("stores", id, image), accepted(http.StatusNoContent))
	return w.did(a, err)
}

// listImportMethods is
//
//	When I list the ways of importing
func (w *World) listImportMethods(ctx context.Context, who string) error {
	a := act(who)
	c, err := w.Image(ctx, a.person)
	if err != nil {
		return err
	}
	_, err = c.Get(ctx, c.ServiceURL("info", "import"), new(map[string]any), &gophercloud.RequestOpts{})
	return w.did(a, err)
}

// importMethodsAre is
//
//	Then the ways of importing are "glance-direct, web-download, copy-image"
//
// in any order.
func (w *World) importMethodsAre(list string) error {
	var body struct {
		ImportMethods struct{ Value []string } `json:"import-methods"`
	}
	if err := w.last().Answer(&body); err != nil {
		return err
	}
	want, got := words(list), body.ImportMethods.Value
	slices.Sort(want)
	slices.Sort(got)
	return same("the import methods", want, got)
}
