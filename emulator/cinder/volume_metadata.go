package cinder

import (
	"crypto/md5"
	"encoding/hex"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// metadataOut is a volume's metadata; meta is one of them.
type (
	metadataOut struct {
		Metadata map[string]string `json:"metadata"`
	}
	metaOut struct {
		Meta map[string]string `json:"meta"`
	}
)

// metadataOf finds a volume and its metadata for a caller who may see them.
func (s *Service) metadataOf(c *httpapi.Call) (Volume, map[string]string, error) {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return v, nil, err
	}
	if err := c.AuthorizeFor("volume:get_volume_metadata", &v); err != nil {
		return v, nil, err
	}
	if v.Metadata == nil {
		return v, map[string]string{}, nil
	}
	return v, v.Metadata, nil
}

// volumeMetadataList serves GET /volumes/{volume_id}/metadata. API reference: Block Storage v3, "Show a volume's metadata".
func (s *Service) volumeMetadataList(c *httpapi.Call) (httpapi.Reply, error) {
	_, metadata, err := s.metadataOf(c)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if !c.Version.AtLeast(mvETags) {
		return httpapi.Reply{JSON: metadataOut{metadata}}, nil
	}
	reply, err := withoutBody(c, http.StatusOK, nil)
	if err == nil {
		reply.Raw = metadataJSON(metadata)
		reply.Header["Etag"] = []string{etag(metadata)}
	}
	return reply, err
}

// metadataJSON is Python's rendering of the metadata, of which the entity tag is made.
func metadataJSON(metadata map[string]string) []byte {
	var b strings.Builder
	b.WriteString(`{"metadata": {`)
	for i, key := range slices.Sorted(maps.Keys(metadata)) {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(pythonJSON(key) + ": " + pythonJSON(metadata[key]))
	}
	b.WriteString("}}")
	return []byte(b.String())
}

func etag(metadata map[string]string) string {
	sum := md5.Sum(metadataJSON(metadata))
	return hex.EncodeToString(sum[:])
}

// etagMatches tells whether a condition in the request lets it go on, since 3.15.
func (s *Service) etagMatches(c *httpapi.Call) (bool, error) {
	asked := c.Request.Header.Get("If-Match")
	if asked == "" || !c.Version.AtLeast(mvETags) {
		return true, nil
	}
	_, metadata, err := s.metadataOf(c)
	if err != nil {
		return false, err
	}
	have := etag(metadata)
	for tag := range strings.SplitSeq(asked, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || strings.Trim(tag, `"`) == have {
			return true, nil
		}
	}
	return false, nil
}

// volumeMetadataCreate serves POST /volumes/{volume_id}/metadata: it adds, and replaces what is there.
// API reference: Block Storage v3, "Create metadata for volume".
func (s *Service) volumeMetadataCreate(c *httpapi.Call, in metadataOut) (metadataOut, error) {
	metadata, err := s.changeMetadata(c, in.Metadata, false)
	return metadataOut{metadata}, err
}

// volumeMetadataReplace serves PUT /volumes/{volume_id}/metadata: nothing else stays.
// API reference: Block Storage v3, "Update a volume's metadata".
func (s *Service) volumeMetadataReplace(c *httpapi.Call) (httpapi.Reply, error) {
	var in metadataOut
	if err := c.Decode(&in); err != nil {
		return httpapi.Reply{}, err
	}
	if ok, err := s.etagMatches(c); err != nil || !ok {
		return withoutBody(c, http.StatusPreconditionFailed, err)
	}
	metadata, err := s.changeMetadata(c, in.Metadata, true)
	return httpapi.Reply{JSON: metadataOut{metadata}}, err
}

// changeMetadata adds to a volume's metadata, or replaces them.
func (s *Service) changeMetadata(c *httpapi.Call, with map[string]string, replace bool) (map[string]string, error) {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return nil, err
	}
	if err := c.Authorize(&v); err != nil {
		return nil, err
	}
	var out map[string]string
	err = s.editVolume(v.ID, func(v *Volume) error {
		if err := metadataOpen(v, "Updating"); err != nil {
			return err
		}
		out = map[string]string{}
		if !replace {
			maps.Copy(out, v.Metadata)
		}
		maps.Copy(out, with)
		v.Metadata = out
		return nil
	})
	return out, err
}

// metadataOpen refuses changes of metadata while a volume is being uploaded or maintained.
func metadataOpen(v *Volume, doing string) error {
	if v.Status == StatusMaintenance || v.Status == StatusUploading {
		return invalidVolume(doing + " volume metadata is not allowed for volumes in " + string(v.Status) + " status.")
	}
	return nil
}

// volumeMetadataShow serves GET /volumes/{volume_id}/metadata/{key}. API reference: Block Storage v3, "Show a volume's
// metadata for a specific key".
func (s *Service) volumeMetadataShow(c *httpapi.Call) (metaOut, error) {
	v, metadata, err := s.metadataOf(c)
	if err != nil {
		return metaOut{}, err
	}
	key := c.Var("key")
	value, ok := metadata[key]
	if !ok {
		return metaOut{}, noMetadata(v.ID, key)
	}
	return metaOut{map[string]string{key: value}}, nil
}

func noMetadata(id, key string) error {
	return fail.New(fail.NotFound, "Volume %s has no metadata with key %s.", id, key)
}

// volumeMetadataUpdate serves PUT /volumes/{volume_id}/metadata/{key}. API reference: Block Storage v3, "Update a volume's
// metadata for a specific key".
func (s *Service) volumeMetadataUpdate(c *httpapi.Call) (httpapi.Reply, error) {
	var in metaOut
	if err := c.Decode(&in); err != nil {
		return httpapi.Reply{}, err
	}
	if ok, err := s.etagMatches(c); err != nil || !ok {
		return withoutBody(c, http.StatusPreconditionFailed, err)
	}
	if _, ok := in.Meta[c.Var("key")]; !ok {
		return httpapi.Reply{}, fail.New(fail.Invalid, "Request body and URI mismatch")
	}
	_, err := s.changeMetadata(c, in.Meta, false)
	return httpapi.Reply{JSON: in}, err
}

// volumeMetadataDelete serves DELETE /volumes/{volume_id}/metadata/{key}. API reference: Block Storage v3, "Delete a
// volume's metadata".
func (s *Service) volumeMetadataDelete(c *httpapi.Call) (httpapi.Reply, error) {
	v, metadata, err := s.metadataOf(c)
	if err != nil {
		return httpapi.Reply{}, err
	}
	key := c.Var("key")
	if _, ok := metadata[key]; !ok {
		return httpapi.Reply{}, noMetadata(v.ID, key)
	}
	if err := c.Authorize(&v); err != nil {
		return httpapi.Reply{}, err
	}
	err = s.editVolume(v.ID, func(v *Volume) error {
		if err := metadataOpen(v, "Deleting"); err != nil {
			return err
		}
		v.Metadata = maps.Clone(v.Metadata)
		delete(v.Metadata, key)
		return nil
	})
	return withoutBody(c, http.StatusOK, err)
}
