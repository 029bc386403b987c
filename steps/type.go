package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/cucumber/godog"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumetypes"
)

// storeSpec is the extra spec that sends a type's images to a Glance store.
const storeSpec = "image_service:store_id"

func (w *World) typeSteps(sc registrar) {
	step(sc, `a volume type {string}`, w.givenType)
	step(sc, `a volume type {string} for images in the store {string}`, w.givenTypeForStore)
	step(sc, `a volume type {string} of the store {string}`, w.givenTypeOfStore)
	step(sc, `a volume type {string} with the extra specs:`, w.givenTypeWithSpecs)
	step(sc, `a volume type {string} that encrypts volumes`, w.givenEncryptedType)
	step(sc, `{who} creates? a volume type {string} with the extra specs:`, w.createTypeWithSpecs)
	step(sc, `{who} sends? images of the volume type {string} to the store {string}`, w.setStore)
	step(sc, `{who} sets? the extra spec {string} of the volume type {string} to {string}`, w.setSpec)
	step(sc, `{who} sets? the extra spec {string} of the volume type {string} to the value (.+)`, w.setSpecJSON)
	step(sc, `{who} sets? the extra specs of the volume type {string}:`, w.setSpecs)
	step(sc, `{who} changes? the extra spec {string} of the volume type {string} to {string}`, w.changeSpec)
	step(sc, `{who} changes? the extra spec {string} of the volume type {string} by:`, w.changeSpecBy)
	step(sc, `{who} removes? the extra spec {string} of the volume type {string}`, w.removeSpec)
	step(sc, `{who} reads? the extra spec {string} of the volume type {string}`, w.readSpec)
	step(sc, `the answer is the extra specs:`, w.answerIsSpecs)
	step(sc, `the volume type {string} has the extra specs:`, w.typeHasSpecs)
	step(sc, `the volume type {string} has no extra specs`, w.typeHasNoSpecs)
	step(sc, `{who} sees? the volume type {string} with the extra specs:`, w.seesTypeWithSpecs)
	step(sc, `{who} sees? the volume type {string} without extra specs`, w.seesTypeWithoutSpecs)
	step(sc, `{who} finds? the volume type {string} by the extra spec {string} = {string}`, w.findsType)
	step(sc, `{who} do(?:es)? not find the volume type {string} by the extra spec {string} = {string}`, w.findsTypeNot)
}

// givenType is
//
//	Given a volume type "gold"
//
// public, without extra specs.
func (w *World) givenType(ctx context.Context, name string) error {
	return w.postType(ctx, administrator, name, nil)
}

// givenTypeForStore is
//
//	Given a volume type "gold" for images in the store "cheap"
func (w *World) givenTypeForStore(ctx context.Context, name, id string) error {
	if err := w.givenType(ctx, name); err != nil {
		return err
	}
	return w.setStore(ctx, "the administrator", name, id)
}

// givenTypeOfStore is
//
//	Given a volume type "gold" of the store "cheap"
//
// by the property "store", which only a variant has.
func (w *World) givenTypeOfStore(ctx context.Context, name, id string) error {
	c, err := w.BlockStorage(ctx, Admin)
	if err != nil {
		return err
	}
	body := map[string]any{"volume_type": map[string]any{"name": w.cloud.Unique(name), "store": id}}
	var made struct {
		VolumeType struct{ ID, Store string } `json:"volume_type"`
	}
	if _, err := c.Post(ctx, c.ServiceURL("types"), body, &made, accepted(http.StatusOK)); err != nil {
		return err
	}
	w.OwnType(name, made.VolumeType.ID)
	return same("the type's store", id, made.VolumeType.Store)
}

// givenTypeWithSpecs is
//
//	Given a volume type "gold" with the extra specs:
//	  | image_service:store_id | cheap |
//
// set as the type is created, which nothing validates.
func (w *World) givenTypeWithSpecs(ctx context.Context, name string, t *godog.Table) error {
	return w.createTypeWithSpecs(ctx, "the administrator", name, t)
}

// givenEncryptedType is
//
//	Given a volume type "secret" that encrypts volumes
func (w *World) givenEncryptedType(ctx context.Context, name string) error {
	if err := w.givenType(ctx, name); err != nil {
		return err
	}
	c, id, err := w.typeOf(ctx, Admin, name)
	if err != nil {
		return err
	}
	return volumetypes.CreateEncryption(ctx, c, id, volumetypes.CreateEncryptionOpts{
		Provider: "luks", ControlLocation: "front-end", Cipher: "aes-xts-plain64", KeySize: 256,
	}).Err
}

// createTypeWithSpecs is
//
//	When the administrator creates a volume type "gold" with the extra specs:
//	  | image_service:store_id | cheap |
func (w *World) createTypeWithSpecs(ctx context.Context, who, name string, t *godog.Table) error {
	specs, err := pairs(t)
	if err != nil {
		return err
	}
	return w.postType(ctx, act(who), name, specs)
}

func (w *World) postType(ctx context.Context, who actor, name string, specs map[string]string) error {
	c, err := w.BlockStorage(ctx, who.person)
	if err != nil {
		return err
	}
	made, err := volumetypes.Create(ctx, c, volumetypes.CreateOpts{Name: w.cloud.Unique(name), ExtraSpecs: specs}).Extract()
	if err == nil {
		w.OwnType(name, made.ID)
	}
	return w.did(who, err)
}

// OwnType names a volume type that a step has made, for all steps that follow, and has it removed at the end of the
// scenario.
func (w *World) OwnType(name, id string) {
	w.Types.Set(name, id)
	w.remove(thing("volume type", id, name), func(ctx context.Context) error { return w.dropType(ctx, id) })
}

// dropType waits for the copies of migrated volumes, which go when nobody asks for it and have the type until then.
func (w *World) dropType(ctx context.Context, id string) error {
	c, err := w.BlockStorage(ctx, Admin)
	if err != nil {
		return err
	}
	return w.await(ctx, "nothing is of the volume type "+id, func(ctx context.Context) (bool, string, error) {
		err := volumetypes.Delete(ctx, c, id).ExtractErr()
		if gophercloud.ResponseCodeIs(err, http.StatusBadRequest) && w.origin != "" {
			return false, err.Error(), nil
		}
		if gone(err) {
			err = nil
		}
		return err == nil, "", err
	})
}

func (w *World) typeOf(ctx context.Context, person, name string) (*gophercloud.ServiceClient, string, error) {
	id, err := w.Types.ID(name)
	if err != nil {
		return nil, "", err
	}
	c, err := w.BlockStorage(ctx, person)
	return c, id, err
}

// setStore is
//
//	When the administrator sends images of the volume type "gold" to the store "cheap"
func (w *World) setStore(ctx context.Context, who, name, id string) error {
	return w.setSpec(ctx, who, storeSpec, name, id)
}

// setSpec is
//
//	When the administrator sets the extra spec "image_service:store_id" of the volume type "gold" to "cheap"
func (w *World) setSpec(ctx context.Context, who, key, name, value string) error {
	return w.postSpecs(ctx, act(who), name, map[string]any{key: value})
}

// setSpecJSON is
//
//	When the administrator tries to set the extra spec "image_service:store_id" of the volume type "gold" to the value null
//
// or to any other JSON.
func (w *World) setSpecJSON(ctx context.Context, who, key, name, value string) error {
	return w.postSpecs(ctx, act(who), name, map[string]any{key: json.RawMessage(value)})
}

// setSpecs is
//
//	When the administrator sets the extra specs of the volume type "gold":
//	  | image_service:store_id | cheap |
//	  | color                  | blue  |
func (w *World) setSpecs(ctx context.Context, who, name string, t *godog.Table) error {
	specs, err := pairs(t)
	if err != nil {
		return err
	}
	body := map[string]any{}
	for k, v := range specs {
		body[k] = v
	}
	return w.postSpecs(ctx, act(who), name, body)
}

func (w *World) postSpecs(ctx context.Context, who actor, name string, specs map[string]any) error {
	c, id, err := w.typeOf(ctx, who.person, name)
	if err != nil {
		return err
	}
	body := map[string]any{"extra_specs": specs}
	_, err = c.Post(ctx, c.ServiceURL("types", id, "extra_specs"), body, new(any), accepted(http.StatusOK))
	return w.did(who, err)
}

// changeSpec is
//
//	When the administrator changes the extra spec "image_service:store_id" of the volume type "gold" to "fast"
func (w *World) changeSpec(ctx context.Context, who, key, name, value string) error {
	return w.putSpec(ctx, act(who), key, name, map[string]string{key: value})
}

// changeSpecBy is changeSpec with a body of the scenario's choice:
//
//	When the administrator tries to change the extra spec "color" of the volume type "gold" by:
//	  | colour | blue |
func (w *World) changeSpecBy(ctx context.Context, who, key, name string, t *godog.Table) error {
	body, err := pairs(t)
	if err != nil {
		return err
	}
	return w.putSpec(ctx, act(who), key, name, body)
}

func (w *World) putSpec(ctx context.Context, who actor, key, name string, body map[string]string) error {
	c, id, err := w.typeOf(ctx, who.person, name)
	if err != nil {
		return err
	}
	_, err = c.Put(ctx, c.ServiceURL("types", id, "extra_specs", url.PathEscape(key)), body, new(any), accepted(http.StatusOK))
	return w.did(who, err)
}

// removeSpec is
//
//	When the administrator removes the extra spec "image_service:store_id" of the volume type "gold"
func (w *World) removeSpec(ctx context.Context, who, key, name string) error {
	a := act(who)
	c, id, err := w.typeOf(ctx, a.person, name)
	if err != nil {
		return err
	}
	return w.did(a, volumetypes.DeleteExtraSpec(ctx, c, id, key).ExtractErr())
}

// readSpec is
//
//	When I try to read the extra spec "image_service:store_id" of the volume type "gold"
func (w *World) readSpec(ctx context.Context, who, key, name string) error {
	a := act(who)
	c, id, err := w.typeOf(ctx, a.person, name)
	if err != nil {
		return err
	}
	return w.did(a, volumetypes.GetExtraSpec(ctx, c, id, key).Err)
}

// answerIsSpecs is
//
//	Then the answer is the extra specs:
//	  | image_service:store_id | cheap |
//
// and no others: Cinder echoes what it was asked to set.
func (w *World) answerIsSpecs(t *godog.Table) error {
	want, err := pairs(t)
	if err != nil {
		return err
	}
	var body map[string]json.RawMessage
	if err := w.last().Answer(&body); err != nil {
		return err
	}
	if specs, ok := body["extra_specs"]; ok { // several were set
		body = nil
		if err := json.Unmarshal(specs, &body); err != nil {
			return err
		}
	}
	got := map[string]string{}
	for k, v := range body {
		var s string
		if err := json.Unmarshal(v, &s); err != nil {
			return err
		}
		got[k] = s
	}
	return same("the extra specs in the answer", want, got)
}

// typeHasSpecs is
//
//	Then the volume type "gold" has the extra specs:
//	  | image_service:store_id | cheap |
//
// and no others, as the administrator sees it.
func (w *World) typeHasSpecs(ctx context.Context, name string, t *godog.Table) error {
	return w.seesTypeWithSpecs(ctx, "the administrator", name, t)
}

// typeHasNoSpecs is
//
//	Then the volume type "gold" has no extra specs
func (w *World) typeHasNoSpecs(ctx context.Context, name string) error {
	return w.seesTypeWithoutSpecs(ctx, "the administrator", name)
}

// seesTypeWithSpecs is
//
//	Then I see the volume type "gold" with the extra specs:
//	  | multiattach | <is> True |
//
// and no others: shown alone, in the list of types, and as the type's list of extra specs.
func (w *World) seesTypeWithSpecs(ctx context.Context, who, name string, t *godog.Table) error {
	want, err := pairs(t)
	if err != nil {
		return err
	}
	return w.specsSeen(ctx, act(who).person, name, want)
}

// seesTypeWithoutSpecs is
//
//	Then I see the volume type "gold" without extra specs
func (w *World) seesTypeWithoutSpecs(ctx context.Context, who, name string) error {
	return w.specsSeen(ctx, act(who).person, name, map[string]string{})
}

func (w *World) specsSeen(ctx context.Context, person, name string, want map[string]string) error {
	c, id, err := w.typeOf(ctx, person, name)
	if err != nil {
		return err
	}
	shown, err := volumetypes.Get(ctx, c, id).Extract()
	if err != nil {
		return err
	}
	alone, err := volumetypes.ListExtraSpecs(ctx, c, id).Extract()
	if err != nil {
		return err
	}
	types, err := w.listTypes(ctx, person, volumetypes.ListOpts{})
	if err != nil {
		return err
	}
	listed, ok := types[id]
	if !ok {
		return errors.New("the type is not in the list of types")
	}
	return errors.Join(
		same("the extra specs of the type shown alone", want, shown.ExtraSpecs),
		same("the extra specs of the type in the list", want, listed.ExtraSpecs),
		same("the list of extra specs", want, alone))
}

func (w *World) listTypes(ctx context.Context, person string, opts volumetypes.ListOpts) (map[string]volumetypes.VolumeType, error) {
	c, err := w.BlockStorage(ctx, person)
	if err != nil {
		return nil, err
	}
	pages, err := volumetypes.List(c, opts).AllPages(ctx)
	if err != nil {
		return nil, err
	}
	list, err := volumetypes.ExtractVolumeTypes(pages)
	if err != nil {
		return nil, err
	}
	byID := map[string]volumetypes.VolumeType{}
	for _, t := range list {
		byID[t.ID] = t
	}
	return byID, nil
}

// findsType is
//
//	Then the administrator finds the volume type "gold" by the extra spec "image_service:store_id" = "cheap"
//
// in a list filtered by it, from block storage microversion 3.52.
func (w *World) findsType(ctx context.Context, who, name, key, value string) error {
	found, err := w.filterTypes(ctx, who, name, key, value)
	if err == nil && !found {
		return errors.New("the type is not found")
	}
	return err
}

// findsTypeNot is
//
//	Then I do not find the volume type "gold" by the extra spec "image_service:store_id" = "cheap"
func (w *World) findsTypeNot(ctx context.Context, who, name, key, value string) error {
	found, err := w.filterTypes(ctx, who, name, key, value)
	if err == nil && found {
		return errors.New("the type is found")
	}
	return err
}

func (w *World) filterTypes(ctx context.Context, who, name, key, value string) (bool, error) {
	c, id, err := w.typeOf(ctx, act(who).person, name)
	if err != nil {
		return false, err
	}
	var body struct {
		VolumeTypes []struct{ ID string } `json:"volume_types"`
	}
	query := url.Values{"extra_specs": {fmt.Sprintf("{'%s': '%s'}", key, value)}}
	if _, err := c.Get(ctx, c.ServiceURL("types")+"?"+query.Encode(), &body, nil); err != nil {
		return false, err
	}
	for _, t := range body.VolumeTypes {
		if t.ID == id {
			return true, nil
		}
	}
	return false, nil
}
