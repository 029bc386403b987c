@cinder @glance @variant @config:variant_type_store_property
Feature: A store of a volume type, by a property of its own
  A variant that was proposed and never merged: a volume type has a property "store", beside its extra specs.

  @op:cinder.volumes.os-volume_upload_image
  Scenario: The property names a store
    Given a volume type "gold" of the store "cheap"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active" in the store "cheap"
    And the volume type "gold" has no extra specs

  @op:cinder.volumes.os-volume_upload_image
  Scenario: The property wins over the extra spec
    Given a volume type "gold" of the store "cheap"
    And the administrator sends images of the volume type "gold" to the store "reliable"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active" in the store "cheap"
