// Package glance emulates Glance, the Image service v2 with multiple stores, after its API reference and its source.
//
// What is emulated: versions, images with their data, staging and import into stores, locations, members, tags, deactivation,
// tasks, metadata definitions, schemas, the discovery of stores and import methods, the cache, and deletion of an image's data from
// one of several stores.
//
// A store is a row of the state; where its bytes lie is a bucket (package stores). A row of an image holds the content of
// its data as well, so that snapshots and forks of a cloud share the bytes, and keep them when an image is deleted.
//
// Gap: there is no other region, so imports by glance-download fail when they look for it.
// Gap: what lies at the address of a location that a client added is kept as it was then. Locations are not shown in images,
// and PATCH does not change them: show_multiple_locations and show_image_direct_url are off, as upstream has them.
// Gap: descriptions in schemas, which errors repeat, are this project's own; a definition that upstream dies of while it
// makes the things in a new namespace leaves no namespace behind.
// Gap: an upload is checked for its claimed disk format by magic numbers only, and not for unsafe contents; the virtual
// size of vhdx and vmdk images with a separate descriptor is not computed.
// Gap: OpenStack-image-store-ids never lists the reserved stores; upstream's does once a process has looked one up.
// Gap: a null kernel_id or ramdisk_id is left out of the image's view.
// Gap: signatures of images are not verified.
package glance
