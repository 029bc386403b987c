// Package cinder emulates OpenStack Block Storage v3 (Cinder), microversions 3.0 to 3.71.
//
// Its API is the table in routes.go and its companions; what upstream has and this package does not answers 501
// (routes_gaps.go). A volume's bytes are a content.Content, so a blank volume of any size costs nothing. Images are
// fetched from and sent to Glance over Glance's own API, with the caller's token.
//
// Quotas are Cinder's own, whatever limits Keystone has registered: upstream has no driver that would ask for those
// (cinder/quota.py).
//
// Gap: projects in paths are ids, also with auth_strategy=noauth: there is no project_id_regex.
// Gap: a path that ends in ".json" is not the path without it.
// Gap: no rate limits, and no further scheduler weighers than the default one; of its filters those by default, and those
// by the backends of other volumes (scheduler_default_filters); a user message whose time is up goes when the next one is
// written, not once a day.
// Gap: in a cloud without Compute, users may delete the attachments of servers, as if a Compute knew nothing of these;
// upstream, which has nobody to ask then, answers 500.
// Gap: retries of requests to Glance follow one another at once.
// Gap: image signatures are not checked, encrypted volumes hold their bytes in the clear, and keys are only ids.
// Gap: the optimised upload of image_upload_use_cinder_backend, and the image cache.
// Gap: a body that is missing altogether is a bad request; upstream often answers 500 there.
package cinder
