mod associations;
mod hostile;
mod network;
