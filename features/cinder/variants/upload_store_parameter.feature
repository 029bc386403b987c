@cinder @glance @variant @config:variant_upload_store_parameter
Feature: A store for one upload, by request
  A variant that was proposed and never merged: whoever uploads a volume may name the store.

  @op:cinder.volumes.os-volume_upload_image
  Scenario: The request names a store
    Given an available volume "boot" of 1 GiB
    When I upload the volume "boot" to an image "golden" with:
      | store | cheap |
    And the upload ends
    Then the image "golden" is "active" in the store "cheap"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: The request wins over the type
    Given a volume type "gold" for images in the store "reliable"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I upload the volume "boot" to an image "golden" with:
      | store | cheap |
    And the upload ends
    Then the image "golden" is "active" in the store "cheap"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: The request names none
    Given a volume type "gold" for images in the store "reliable"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active" in the store "reliable"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: The request names a store that does not exist
    Given an available volume "boot" of 1 GiB
    When I upload the volume "boot" to an image "golden" with:
      | store | nowhere |
    And the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is gone
